import { expect } from 'chai';
import { RequestLimiter } from '../../../src/http/limiter';
import { pause, until } from '../../support/cluster/machines';
import { RedisProxy } from '../../support/cluster/redis-proxy';
import { ownRedis } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

const LIMIT = 10;
const CUTS = 3;

describe('a connection to Redis that is reset in the middle', function () {
  this.timeout(60_000);
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  before(() => void process.on('unhandledRejection', note));
  const it = together();
  after(() => void process.off('unhandledRejection', note));

  const scenes = [1, 7, 40].flatMap((bytes) => [
    { of: 'answers' as const, bytes },
    { of: 'questions' as const, bytes },
  ]);
  const run = async (own: Scenario, { of, bytes }: (typeof scenes)[number]) => {
    const redis = await ownRedis(own);
    const proxy = await RedisProxy.open(redis.port);
    own.after(() => proxy.close());
    const sent: number[] = [];
    let isOver = false;
    const limiters = [proxy.url, redis.url].map((redisUrl) => new RequestLimiter(`${of} ${bytes}`, { redisUrl }));
    const use = async (limiter: RequestLimiter) => {
      while (!isOver) {
        const send = async () => void sent.push(performance.now());
        await limiter.run({ lane: 'message', attempt: 1 }, send).catch(() => undefined);
      }
    };
    own.after(() => {
      isOver = true;
      for (const limiter of limiters) limiter.stop();
    });
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
    const tooMany = sent.filter((at, index) => at - (sent[index - LIMIT] ?? -Infinity) < 1_000);
    expect(tooMany).to.deep.equal([]);
  };
  for (const scene of scenes) {
    it(`heals by itself, with no request too many, after ${scene.bytes} bytes of the ${scene.of}`, async (own) => {
      await run(own, scene);
      expect(rejections).to.deep.equal([]);
    });
  }
});
