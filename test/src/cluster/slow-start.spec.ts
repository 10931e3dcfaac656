import { expect } from 'chai';
import { openRedis } from '../../../src/cluster/redis';
import { BusyMachines, WITHIN_MS } from '../../support/cluster/busy-machines';
import { pause, until } from '../../support/cluster/machines';
import type { Course } from '../../support/cluster/redis-proxy';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

/** Longer than the first request of a machine that reaches nobody takes. */
const FAR_MS = 12_000;

interface Scene {
  questions?: Course;
  answers?: Course;
}

/** More at once keep this computer so busy that no machine comes to its limit. */
const SLOW: Record<string, Scene> = {
  'after 1.2 s': { questions: { delayMs: 600 }, answers: { delayMs: 600 } },
  'after 0.7 s, late on the way there': { questions: { delayMs: 690 } },
  'after 0.9 s, late on the way back': { answers: { delayMs: 900 } },
  'after 6 s': { questions: { delayMs: 3_000 }, answers: { delayMs: 3_000 } },
  'after 6 s, late on the way there': { questions: { delayMs: 6_000 } },
  never: { answers: { isLost: true } },
};

describe('a Redis that answers one machine', function () {
  this.timeout(90_000);
  let redis: RedisServer;
  const runs = new Map<string, Promise<Error | undefined>>();
  const worlds: BusyMachines[] = [];
  const run = (what: string, scene: (machines: BusyMachines) => Promise<void>) => {
    const machines = new BusyMachines(redis, what);
    worlds.push(machines);
    const ended = scene(machines).finally(() => machines.stop());
    runs.set(
      what,
      ended.then(
        () => undefined,
        (error: unknown) => error as Error,
      ),
    );
  };
  const passes = (what: string) => async () => {
    const error = await runs.get(what);
    if (error) throw error;
  };
  before(async function () {
    redis = await redisOrSkip(this);
    for (const [what, { questions = {}, answers = {} }] of Object.entries(SLOW)) {
      run(`start ${what}`, async (machines) => {
        machines.start(await machines.prepare());
        await machines.shared(0);
        await machines.sends(0);
        const proxy = await machines.prepare();
        Object.assign(proxy, { questions, answers });
        machines.start(proxy);
        // So far away it may get no permit beside a busy machine that is near. What it sends must not be too much.
        await machines.sends(1, FAR_MS).catch(() => undefined);
        await pause(3_000);
        Object.assign(proxy, { questions: {}, answers: {} });
        await machines.shared(1);
        await machines.sends(1);
        expect(machines.tooMany).to.equal('');
      });
      run(`return ${what}`, async (machines) => {
        for (const machine of [0, 1]) {
          machines.start(await machines.prepare());
          await machines.shared(machine);
        }
        const [, proxy] = machines.proxies;
        // The number of machines is read once a second.
        await pause(1_200);
        for (let times = 0; times < 3; times += 1) {
          Object.assign(proxy!, { questions, answers });
          await pause(200);
          proxy!.reset();
          await pause(3_500 + 300 * times);
          Object.assign(proxy!, { questions: {}, answers: {} });
          await machines.sends(1);
          await pause(1_000);
        }
        await machines.shared(1);
        expect(machines.tooMany).to.equal('');
      });
    }
    run('third', async (machines) => {
      for (const machine of [0, 1]) {
        machines.start(await machines.prepare());
        await machines.shared(machine);
      }
      await pause(1_200);
      // Until here the two divide the limit; the third has a smaller share.
      machines.proxies[1]!.questions = { isLost: true };
      await until('alone', () => machines.limiters[1]?.cluster === undefined, WITHIN_MS);
      machines.start(await machines.prepare());
      await machines.shared(2);
      await machines.sends(1);
      await pause(4_000);
      machines.proxies[1]!.questions = {};
      expect(machines.tooMany).to.equal('');
    });
    run('heard', async (machines) => {
      machines.start(await machines.prepare());
      await machines.shared(0);
      await machines.sends(0);
      const proxy = await machines.prepare();
      // The machine is there for the others; its answers come no more.
      proxy.onQuestion = (question) => {
        if (question.includes('"deadline"')) proxy.answers = { isLost: true };
      };
      machines.start(proxy);
      await machines.sends(1);
      await pause(3_000);
      proxy.onQuestion = () => undefined;
      proxy.answers = {};
      proxy.reset();
      await machines.shared(1);
      expect(machines.tooMany).to.equal('');
    });
    run('emptied', async (machines) => {
      for (const machine of [0, 1]) {
        machines.start(await machines.prepare());
        await machines.shared(machine);
      }
      const [, proxy] = machines.proxies;
      // By now it stays away for several seconds.
      for (let times = 0; times < 4; times += 1) {
        await machines.shared(1);
        proxy!.reset();
        await until('alone', () => machines.limiters[1]?.cluster === undefined, WITHIN_MS);
      }
      const store = openRedis(redis.url);
      await store.del(...['leases', 'limit', 'machines'].map((name) => `zaptec:{emptied}:${name}`));
      store.disconnect();
      await machines.sends(1);
      await pause(3_500);
      expect(machines.tooMany).to.equal('');
    });
  });
  after(() => {
    for (const machines of worlds) machines.stop();
    return redis.kill();
  });

  for (const what of Object.keys(SLOW)) {
    it(`${what}, sees no request too many when that machine starts`, passes(`start ${what}`));
    it(`${what}, sees no request too many when that machine comes back, three times`, passes(`return ${what}`));
  }
  it('no more, once it has counted it as there, sees no request too many', passes('heard'));
  it('no more, sees no request too many when a third machine starts', passes('third'));
  it('anew, emptied while the machine stays away, sees no request too many', passes('emptied'));
});
