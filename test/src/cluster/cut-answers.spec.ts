import { expect } from 'chai';
import { RequestLimiter } from '../../../src/http/limiter';
import { pause, until } from '../../support/cluster/machines';
import { RedisProxy } from '../../support/cluster/redis-proxy';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

const LIMIT = 10;
const CUTS = 3;

describe('a connection to Redis that is reset in the middle', function () {
  this.timeout(60_000);
  let redis: RedisServer;
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  before(async function () {
    redis = await redisOrSkip(this);
    process.on('unhandledRejection', note);
  });
  after(() => {
    process.off('unhandledRejection', note);
    return redis.kill();
  });

  const scenes = [1, 7, 40].flatMap((bytes) => [
    { of: 'answers' as const, bytes },
    { of: 'questions' as const, bytes },
  ]);
  const run = async ({ of, bytes }: (typeof scenes)[number]) => {
    const proxy = await RedisProxy.open(redis.port);
    const sent: number[] = [];
    let isOver = false;
    const limiters = [proxy.url, redis.url].map((redisUrl) => new RequestLimiter(`${of} ${bytes}`, { redisUrl }));
    const use = async (limiter: RequestLimiter) => {
      while (!isOver) {
        const send = async () => void sent.push(performance.now());
        await limiter.run({ lane: 'message', attempt: 1 }, send).catch(() => undefined);
      }
    };
    for (const limiter of limiters) void use(limiter);
    const [one] = limiters;
    for (let times = 0; times < CUTS; times += 1) {
      await until('shared', () => one?.cluster !== undefined, 20_000);
      await pause(300);
      proxy[of].resetAfter = bytes;
      await until('the cut', () => proxy[of].resetAfter === undefined, 5_000);
    }
    await until('shared again', () => one?.cluster !== undefined, 20_000);
    const from = sent.length;
    await until('requests', () => sent.length > from + LIMIT, 10_000);
    isOver = true;
    for (const limiter of limiters) limiter.stop();
    proxy.close();
    const tooMany = sent.filter((at, index) => at - (sent[index - LIMIT] ?? -Infinity) < 1_000);
    expect(tooMany).to.deep.equal([]);
  };
  const runs: Promise<Error | undefined>[] = [];
  before(() => {
    for (const scene of scenes) {
      const ended = run(scene).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      runs.push(ended);
    }
  });
  for (const [index, { of, bytes }] of scenes.entries()) {
    it(`heals by itself, with no request too many, after ${bytes} bytes of the ${of}`, async () => {
      const error = await runs[index];
      if (error) throw error;
      expect(rejections).to.deep.equal([]);
    });
  }
});
