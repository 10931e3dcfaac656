import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openRedis, redisProblem } from '../../../src/cluster/redis';
import { RequestLimiter } from '../../../src/http/limiter';
import { redisOrSkip } from '../../support/redis-server';

describe('a Redis that cannot be used', function () {
  this.timeout(20_000);

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

  it('says that the password is wrong', async function () {
    const redis = await redisOrSkip(this, '--requirepass', 'right');
    expect(await saidOf(redis.url)).to.equal('Redis refuses the user name or the password');
    await redis.kill();
  });

  it('says that the user may not do what is needed', async function () {
    const redis = await redisOrSkip(this);
    const inspector = openRedis(redis.url);
    await inspector.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '+info', '+select');
    inspector.disconnect();
    const said = await saidOf(redis.url.replace('//', '//guest:word@'));
    expect(said).to.equal('The user of Redis may not run the commands that are needed');
    await redis.kill();
  });

  it('says that it is a replica', async function () {
    const redis = await redisOrSkip(this, '--replicaof', '127.0.0.1', '1');
    expect(await saidOf(redis.url)).to.equal('Redis takes no writes: it is a replica');
    await redis.kill();
  });

  it('says that it speaks no TLS', async function () {
    const redis = await redisOrSkip(this);
    const said = await saidOf(redis.url.replace('redis:', 'rediss:'));
    // By chance its greeting holds the end of a line, and the server answers at once.
    expect(said).to.be.oneOf([
      'Redis does not answer in time, or not with TLS',
      'The connection to Redis cannot be encrypted',
    ]);
    await redis.kill();
  });

  it('says that the password of a cluster is wrong', async function () {
    const redis = await redisOrSkip(this, '--requirepass', 'right');
    const said = await saidOf(redis.url.replace('redis://', 'redis+cluster://:wrong@'));
    expect(said).to.equal('Redis refuses the user name or the password');
    await redis.kill();
  });

  const kind = 'The address of Redis is for another kind of server: one server, Sentinel or a cluster';
  for (const [scheme, path] of [
    ['redis+cluster', '/'],
    ['redis+sentinel', '/site/0'],
  ] as const) {
    it(`says that a single server is none for ${scheme}`, async function () {
      const redis = await redisOrSkip(this);
      expect(await saidOf(`${scheme}://127.0.0.1:${redis.port}${path}`)).to.equal(kind);
      await redis.kill();
    });
  }

  it('says that nothing answers', async () => {
    expect(await saidOf('redis://127.0.0.1:1')).to.equal('Redis cannot be reached');
  });

  it('says that its host is not known', async () => {
    expect(await saidOf('redis://no-such-host.invalid')).to.equal('The host of Redis is not known');
  });

  it('says that another program answers', async () => {
    const server = createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const said = await saidOf(`redis://127.0.0.1:${port}`);
    expect(said).to.equal('What answers at the address of Redis is another program');
    server.close();
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
