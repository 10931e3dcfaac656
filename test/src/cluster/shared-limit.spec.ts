import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { RequestLimiter } from '../../../src/http/limiter';
import { redisOptions } from '../../../src/cluster/redis';

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** A Redis of its own, which keeps nothing; undefined where the program is not installed. */
async function startRedis(port: number): Promise<ChildProcess | undefined> {
  const redis = spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  return new Promise((resolve) => {
    redis.once('error', () => resolve(undefined));
    createInterface({ input: redis.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(redis);
    });
  });
}

describe('a limit shared through Redis', () => {
  let redis: ChildProcess | undefined;
  let redisUrl: string;
  const limiters: RequestLimiter[] = [];

  before(async function () {
    const port = await freePort();
    redisUrl = `redis://127.0.0.1:${port}/0`;
    redis = await startRedis(port);
    if (!redis) {
      process.stderr.write('skipped: redis-server is not installed on this machine\n');
      this.skip();
    }
  });
  after(() => {
    for (const limiter of limiters) limiter.stop();
    redis?.kill();
  });

  it('holds for two machines together', async () => {
    limiters.push(new RequestLimiter('shared', { redisUrl }), new RequestLimiter('shared', { redisUrl }));
    const sent: number[] = [];
    const send = async () => {
      sent.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const calls = limiters.flatMap((limiter) =>
      Array.from({ length: 13 }, () => limiter.run({ lane: 'message', attempt: 1 }, send)),
    );
    await Promise.all(calls);
    sent.sort((a, b) => a - b);
    expect(sent).to.have.length(26);
    for (const [index, at] of sent.slice(10).entries()) expect(at - sent[index]!).to.be.at.least(1000);
  });
});

describe('the address of Redis', () => {
  it('is taken apart', () => {
    expect(redisOptions(undefined)).to.deep.equal({});
    const { clientOptions } = redisOptions('rediss://me:pa%26ss@redis.example:6390/3');
    expect(clientOptions).to.deep.include({
      host: 'redis.example',
      port: 6390,
      username: 'me',
      password: 'pa&ss',
      db: 3,
      tls: {},
    });
    expect(redisOptions('redis://localhost').clientOptions).to.deep.include({ host: 'localhost', port: 6379 });
  });
});
