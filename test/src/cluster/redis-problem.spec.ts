import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { openRedis, redisProblem } from '../../../src/cluster/redis';
import { RequestLimiter } from '../../../src/http/limiter';
import { ownRedis } from '../../support/redis-server';
import { redisSentinel, type RedisTopology } from '../../support/redis-topologies';
import { together, type Scenario } from '../../support/together';

describe('a Redis that cannot be used', function () {
  this.timeout(20_000);
  const it = together();

  /** What the log of Node-RED says of it. */
  const saidOf = (redisUrl: string) =>
    new Promise<string>((resolve) => {
      const limiter = new RequestLimiter('account', {
        redisUrl,
        onShared: (shared, text) => {
          limiter.stop();
          resolve(shared ? 'shared' : text.slice(0, text.indexOf(': this machine')));
        },
      });
    });

  it('says that the password is wrong', async (own) => {
    const redis = await ownRedis(own, '--requirepass', 'right');
    expect(await saidOf(redis.url)).to.equal('Redis refuses the user name or the password');
  });

  it('says that the user may not do what is needed', async (own) => {
    const redis = await ownRedis(own);
    const inspector = openRedis(redis.url);
    await inspector.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '+info', '+select');
    inspector.disconnect();
    const said = await saidOf(redis.url.replace('//', '//guest:word@'));
    expect(said).to.equal('The user of Redis may not run the commands that are needed');
  });

  it('says that it is a replica', async (own) => {
    const redis = await ownRedis(own, '--replicaof', '127.0.0.1', '1');
    expect(await saidOf(redis.url)).to.equal('Redis takes no writes: it is a replica');
  });

  it('says that it speaks no TLS', async (own) => {
    const redis = await ownRedis(own);
    const said = await saidOf(redis.url.replace('redis:', 'rediss:'));
    // By chance its greeting holds the end of a line, and the server answers at once.
    expect(said).to.be.oneOf([
      'Redis does not answer in time, or not with TLS',
      'The connection to Redis cannot be encrypted',
    ]);
  });

  it('says that the password of a cluster is wrong', async (own) => {
    const redis = await ownRedis(own, '--requirepass', 'right');
    const said = await saidOf(redis.url.replace('redis://', 'redis+cluster://:wrong@'));
    expect(said).to.equal('Redis refuses the user name or the password');
  });

  const kind = 'The address of Redis is for another kind of server: one server, Sentinel or a cluster';
  for (const [scheme, rest] of [
    ['redis+cluster', '/'],
    ['redis+sentinel', '/site/0'],
  ] as const) {
    it(`says that a single server is none for ${scheme}`, async (own) => {
      const redis = await ownRedis(own);
      expect(await saidOf(`${scheme}://127.0.0.1:${redis.port}${rest}`)).to.equal(kind);
    });
  }

  const down =
    'The Redis cluster is down, or not all of its slots have a server: redis-cli --cluster check says what is missing';
  for (const scheme of ['redis', 'redis+cluster']) {
    it(`says that no slot of a cluster has a server (${scheme})`, async (own) => {
      const directory = mkdtempSync(path.join(tmpdir(), 'zaptec-redis-'));
      own.after(() => rmSync(directory, { recursive: true }));
      const file = path.join(directory, 'nodes.conf');
      const redis = await ownRedis(own, '--cluster-enabled', 'yes', '--cluster-config-file', file);
      expect(await saidOf(`${scheme}://127.0.0.1:${redis.port}`)).to.equal(down);
    });
  }

  it('says that a cluster speaks no TLS', async (own) => {
    const redis = await ownRedis(own);
    expect(await saidOf(`rediss+cluster://127.0.0.1:${redis.port}`)).to.equal(
      'The Redis cluster does not answer, or not with TLS: start it, or begin the address with redis+cluster://',
    );
  });

  let sentinel: Promise<RedisTopology> | undefined;
  after(() =>
    sentinel?.then(
      (servers) => servers.close(),
      () => undefined,
    ),
  );
  const sentinelOf = async (own: Scenario) => {
    sentinel ??= redisSentinel(own);
    return new URL((await sentinel).url).host;
  };

  for (const [url, said] of [
    [
      (address: string) => `redis://${address}/0`,
      'The server runs no scripts: for a Sentinel, begin the address of Redis with redis+sentinel:// and name the master',
    ],
    [
      (address: string) => `redis://${address}/3`,
      'The server runs no scripts: for a Sentinel, begin the address of Redis with redis+sentinel:// and name the master',
    ],
    [
      (address: string) => `redis+sentinel://${address}/nobody`,
      'Sentinel knows no master of this name: correct the name behind the hosts in the address of Redis',
    ],
    [
      (address: string) => `rediss+sentinel://${address}/site`,
      'Sentinel does not answer, or not with TLS: start it, or begin the address with redis+sentinel://',
    ],
  ] as const) {
    it(`behind a Sentinel says what is wrong with ${url('host')}`, async (own) => {
      expect(await saidOf(url(await sentinelOf(own)))).to.equal(said);
    });
  }

  it('says that nothing answers', async () => {
    expect(await saidOf('redis://127.0.0.1:1')).to.equal('Redis cannot be reached');
  });

  it('says that its host is not known', async () => {
    expect(await saidOf('redis://no-such-host.invalid')).to.equal('The host of Redis is not known');
  });

  it('says that another program answers', async (own) => {
    const server = createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    own.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const said = await saidOf(`redis://127.0.0.1:${port}`);
    expect(said).to.equal('What answers at the address of Redis is another program');
  });

  const texts = {
    // Of servers before Redis 6 and 5.
    "ERR wrong number of arguments for 'auth' command": 'Redis is too old: version 6 or later is needed',
    'ERR Write commands not allowed after non deterministic commands': 'Redis is too old: version 6 or later is needed',
    'self-signed certificate in certificate chain': 'The connection to Redis cannot be encrypted',
    "OOM command not allowed when used memory > 'maxmemory'.": 'Redis has no memory or disk left for a write',
    'MOVED 3999 10.0.0.1:6381': kind,
    'connect ECONNREFUSED 10.0.0.1:6379': 'Redis cannot be reached',
  };
  for (const [text, problem] of Object.entries(texts)) {
    it(`is explained where it says "${text}"`, () => expect(redisProblem(new Error(text))).to.equal(problem));
  }
});
