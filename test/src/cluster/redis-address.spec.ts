import { expect } from 'chai';
import { redisAddress } from '../../../src/cluster/redis-address';

const ONE = { kind: 'single', tls: false, prefix: '', holdBackMs: 30_000 };

describe('the address of Redis', () => {
  for (const [text, parts] of [
    ['redis://localhost', { ...ONE, nodes: [{ host: 'localhost', port: 6379 }] }],
    ['REDIS://[::1]:7000/2', { ...ONE, nodes: [{ host: '::1', port: 7000 }], db: 2 }],
    ['redis://:only@h', { ...ONE, nodes: [{ host: 'h', port: 6379 }], password: 'only' }],
    [
      'rediss://me:pa%26ss%40@redis.example:6390/3?prefix=site1:&holdBackS=60',
      {
        ...ONE,
        nodes: [{ host: 'redis.example', port: 6390 }],
        username: 'me',
        password: 'pa&ss@',
        db: 3,
        tls: true,
        prefix: 'site1:',
        holdBackMs: 60_000,
      },
    ],
    [
      'redis+sentinel://me:pass@a,b:26380/main/1',
      {
        ...ONE,
        kind: 'sentinel',
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_380 },
        ],
        master: 'main',
        username: 'me',
        password: 'pass',
        db: 1,
      },
    ],
    [
      'rediss+cluster://a,b:7001',
      {
        ...ONE,
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 6379 },
          { host: 'b', port: 7001 },
        ],
        tls: true,
      },
    ],
  ] as const) {
    it(`is taken apart: ${text}`, () => expect(redisAddress(text)).to.deep.equal(parts));
  }

  for (const [text, reason] of [
    ['', 'begins with none of redis://'],
    ['localhost:6379', 'begins with none of redis://'],
    ['http://secret@h', 'begins with none of redis://'],
    ['constructor://h', 'begins with none of redis://'],
    ['redis://', 'names no host'],
    ['redis://secret@:6379', 'names no host'],
    ['redis://h:secret', 'has a port that is none from 1 to 65535'],
    ['redis://h:70000', 'has a port that is none from 1 to 65535'],
    ['redis://a,b', 'names several hosts'],
    ['redis://h/secret', 'has a database that is no number from 0'],
    ['redis://h/1.5', 'has a database that is no number from 0'],
    ['redis://%secret@h', 'has a % that no two hexadecimal digits follow'],
    ['redis+sentinel://h', 'names no master'],
    ['redis+cluster://h/1', 'names a database, which a cluster has not'],
    ['redis://h?holdBackS=-1', 'has a holdBackS that is none from 0 to 3600'],
    ['redis://h?holdBackS=secret', 'has a holdBackS that is none from 0 to 3600'],
    [`redis://${'h'.repeat(2_000)}`, 'is longer than 2,000 letters'],
  ] as const) {
    it(`is refused, and not repeated: ${text.slice(0, 40)}`, () => {
      expect(() => redisAddress(text))
        .to.throw(`The address of Redis ${reason}`)
        .with.property('code', 'INPUT_INVALID');
      expect(() => redisAddress(text)).to.not.throw('secret');
    });
  }
});
