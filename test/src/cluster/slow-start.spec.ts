import { expect } from 'chai';
import { BusyMachines, WITHIN_MS } from '../../support/cluster/busy-machines';
import { pause, until } from '../../support/cluster/machines';
import type { Course } from '../../support/cluster/redis-proxy';
import { useRedis } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

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
  const { redis, store } = useRedis();
  const it = together();

  const open = (own: Scenario, account: string) => {
    const machines = new BusyMachines(redis(), account);
    own.after(() => machines.stop());
    return machines;
  };
  const openTwo = async (own: Scenario, account: string) => {
    const machines = open(own, account);
    for (const machine of [0, 1]) {
      machines.start(await machines.prepare());
      await machines.shared(machine);
    }
    const [, proxy] = machines.proxies;
    return { machines, proxy: proxy! };
  };

  for (const [what, { questions = {}, answers = {} }] of Object.entries(SLOW)) {
    it(`${what}, sees no request too many when that machine starts`, async (own) => {
      const machines = open(own, `start ${what}`);
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

    it(`${what}, sees no request too many when that machine comes back, three times`, async (own) => {
      const { machines, proxy } = await openTwo(own, `return ${what}`);
      // The number of machines is read once a second.
      await pause(1_200);
      for (let times = 0; times < 3; times += 1) {
        Object.assign(proxy, { questions, answers });
        await pause(200);
        proxy.reset();
        await pause(3_500 + 300 * times);
        Object.assign(proxy, { questions: {}, answers: {} });
        await machines.sends(1);
        await pause(1_000);
      }
      await machines.shared(1);
      expect(machines.tooMany).to.equal('');
    });
  }

  it('no more, once it has counted it as there, sees no request too many', async (own) => {
    const machines = open(own, 'heard');
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

  it('no more, sees no request too many when a third machine starts', async (own) => {
    const { machines, proxy } = await openTwo(own, 'third');
    await pause(1_200);
    // Until here the two divide the limit; the third has a smaller share.
    proxy.questions = { isLost: true };
    await until('alone', () => machines.limiters[1]?.cluster === undefined, WITHIN_MS);
    machines.start(await machines.prepare());
    await machines.shared(2);
    await machines.sends(1);
    await pause(4_000);
    proxy.questions = {};
    expect(machines.tooMany).to.equal('');
  });

  it('anew, emptied while the machine stays away, sees no request too many', async (own) => {
    const { machines, proxy } = await openTwo(own, 'emptied');
    // By now it stays away for several seconds.
    for (let times = 0; times < 4; times += 1) {
      await machines.shared(1);
      proxy.reset();
      await until('alone', () => machines.limiters[1]?.cluster === undefined, WITHIN_MS);
    }
    await store().del(...['leases', 'limit', 'machines'].map((name) => `zaptec:{emptied}:${name}`));
    await machines.sends(1);
    await pause(3_500);
    expect(machines.tooMany).to.equal('');
  });
});
