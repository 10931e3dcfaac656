import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { RequestLimiter } from '../../../src/http/limiter';
import { pause, until } from '../../support/cluster/machines';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

const LIMIT = 10;
const CUTS = 3;

/** A way to Redis that is reset once, after so many bytes more in one direction. */
async function openWay(port: number) {
  let cut: { of: 'answers' | 'questions'; left: number } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    const pass = (from: Socket, to: Socket, of: 'answers' | 'questions') => {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => (sockets.delete(from), to.destroy()));
      from.on('data', (data) => {
        if (cut?.of !== of || data.length < cut.left) {
          if (cut?.of === of) cut.left -= data.length;
          to.write(data);
          return;
        }
        to.write(data.subarray(0, cut.left), () => (to.resetAndDestroy(), from.destroy()));
        cut = undefined;
      });
    };
    pass(socket, onward, 'questions');
    pass(onward, socket, 'answers');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}/0`,
    cutAfter: (of: 'answers' | 'questions', bytes: number) => (cut = { of, left: bytes }),
    get isCut() {
      return cut === undefined;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

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
    const way = await openWay(redis.port);
    const sent: number[] = [];
    let isOver = false;
    const limiters = [way.url, redis.url].map((redisUrl) => new RequestLimiter(`${of} ${bytes}`, { redisUrl }));
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
      way.cutAfter(of, bytes);
      await until('the cut', () => way.isCut, 5_000);
    }
    await until('shared again', () => one?.cluster !== undefined, 20_000);
    const from = sent.length;
    await until('requests', () => sent.length > from + LIMIT, 10_000);
    isOver = true;
    for (const limiter of limiters) limiter.stop();
    way.close();
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
