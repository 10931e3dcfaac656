import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openRedis, type RedisConnection } from '../../../src/cluster/redis';
import type { CurrentRequest } from '../../../src/current/types';
import { compileMachine, Machines, type Machine } from '../../support/machines';
import { ownTime } from '../../support/own-time';
import { ownRedis } from '../../support/redis-server';
import { together, type Scenario } from '../../support/together';

const MINUTE = 60_000;
const LIMIT = { role: 'limit' } as const;
const HOUR = 60 * MINUTE;

const open = async (own: Scenario) => {
  const redis = await ownRedis(own);
  const machines = await Machines.open(redis.url);
  own.after(() => machines.close());
  const directory = mkdtempSync(join(tmpdir(), 'zaptec-machines-'));
  own.after(() => rmSync(directory, { recursive: true, force: true }));
  const emptied = async () => {
    const inspector = openRedis(redis.url);
    await inspector.flushall();
    inspector.disconnect();
  };
  const sharedLimits = (machine: Machine) => machine.control.sharedLimits(machines.site);
  const seen = async (machine: Machine, count: number) => {
    while ((await sharedLimits(machine)).length !== count) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { redis, machines, directory, emptied, sharedLimits, seen };
};

describe('a current that several machines set', function () {
  this.timeout(90_000);
  before(compileMachine);
  const it = together(4);

  /** Of a machine that is gone, so that only its switch is of interest. */
  const switchAfter = (afterMs: number): Partial<CurrentRequest> => ({ ...LIMIT, deadMan: { afterMs, safeA: 6 } });

  it('stays below the limit of each', async (own) => {
    const { machines } = await open(own);
    const [one, two] = [machines.start(), machines.start()];
    await one.limit('fuse', 10);
    expect(machines.current).to.equal(10);
    const target = await two.request('solar', 16);
    expect(target).to.deep.include({ decision: 'unchanged', allowed: { phase1: 10, phase2: 10, phase3: 10 } });
    expect(machines.current).to.equal(10);
    expect(machines.writes).to.have.length(1);
  });

  it('is written by one machine at a time, when several lower it at the same moment', async (own) => {
    const { machines, seen } = await open(own);
    const all = [machines.start(), machines.start(), machines.start()];
    await Promise.all(all.map((machine, index) => machine.limit(`fuse-${index}`, 12 - index)));
    await Promise.all(all.map((machine) => seen(machine, 2)));
    const [first = NaN, ...others] = machines.writes;
    for (const at of others) expect(at - first).to.be.at.least(MINUTE);
    expect(others.length).to.be.at.most(0);
  });

  it('keeps the limit of a machine that was killed until its dead man fires on one that is left', async (own) => {
    const { machines, seen } = await open(own);
    const dead = machines.spawn({ by: 'fuse', ampere: 40, over: switchAfter(4_000) });
    const left = machines.start();
    await left.request('solar', 32);
    await seen(left, 1);
    await dead.kill();
    const killedAt = performance.now();
    expect(machines.writes).to.have.length(0);
    await machines.written();
    expect(performance.now() - killedAt).to.be.lessThan(10_000);
    while (machines.current !== 6) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('keeps the limit of a machine that was killed and has no dead man until somebody removes it', async (own) => {
    const { machines, sharedLimits, seen } = await open(own);
    const dead = machines.spawn({ by: 'fuse', ampere: 10, over: LIMIT });
    await dead.until(({ decision }) => decision === 'applied');
    await dead.kill();
    const left = machines.start();
    const target = await left.request('solar', 16);
    expect(target).to.deep.include({ allowed: { phase1: 10, phase2: 10, phase3: 10 } });
    const silent = async () => (await sharedLimits(left))[0]?.silentMs ?? 0;
    while ((await silent()) < 5_000) await new Promise((resolve) => setTimeout(resolve, 200));
    const [limit] = await sharedLimits(left);
    expect(limit).to.deep.include({ by: 'fuse', name: 'fuse', currents: { phase1: 10, phase2: 10, phase3: 10 } });
    await left.control.removeSharedLimit(machines.site, limit!.machine, 'fuse');
    await seen(left, 0);
    const next = await left.request('solar', 16);
    expect(next.decision).to.equal('deferred');
    expect(Date.parse(next.until!)).to.be.greaterThan(machines.writes[0]! + 14 * MINUTE);
    expect(machines.current).to.equal(10);
  });

  it('refuses to remove the limit of a machine that is there, since it would come back', async (own) => {
    const { machines, sharedLimits, seen } = await open(own);
    const [one, two] = [machines.start(), machines.start()];
    await one.limit('fuse', 10);
    await two.request('solar', 16);
    await seen(two, 1);
    const [limit] = await sharedLimits(two);
    const error = await two.control
      .removeSharedLimit(machines.site, limit!.machine, one.node('fuse'))
      .catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'INPUT_INVALID' });
    await seen(two, 1);
  });

  it('knows the limit of a machine that was killed and started again for its own', async (own) => {
    const { machines, directory, sharedLimits } = await open(own);
    const dead = machines.spawn({ by: 'fuse', ampere: 10, over: LIMIT, stateDir: directory });
    await dead.until(({ decision }) => decision === 'applied');
    await dead.kill();
    const left = machines.start();
    await left.request('solar', 16);
    const again = machines.spawn({ by: 'fuse', ampere: 20, over: LIMIT, stateDir: directory });
    await again.until(({ decision }) => decision === 'deferred' || decision === 'unchanged');
    const only = async () => (await sharedLimits(left)).map(({ currents }) => currents?.phase1);
    while ((await only())[0] !== 20) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await only()).to.deep.equal([20]);
  });

  it('is set free of a limit that its machine withdraws', async (own) => {
    const { machines, seen } = await open(own);
    const [one, two] = [machines.start(), machines.start()];
    await one.limit('fuse', 10);
    await two.request('solar', 16);
    await seen(two, 1);
    one.control.withdraw(machines.site, one.node('fuse'));
    await seen(two, 0);
  });

  it('keeps the limits that are known, and lowers at once, while Redis is away; all is shared again afterwards', async (own) => {
    const { redis, machines, seen } = await open(own);
    const [one, two] = [machines.start(), machines.start()];
    await one.limit('fuse', 20);
    await two.request('solar', 32);
    await seen(two, 1);
    await redis.kill();
    await Promise.all([one.sharing(false), two.sharing(false)]);
    expect(two.account.governors.sharing.now?.text).to.match(
      /^Redis cannot be reached: this machine keeps to the limits/,
    );
    const third = machines.start();
    const written = machines.written();
    // It has never seen Redis, and gives it its time to join.
    expect(await ownTime(Promise.all([third.limit('main', 6), written]))).to.be.lessThan(5_000);
    expect(machines.current).to.equal(6);
    await redis.restart();
    await Promise.all([one, two, third].map((machine) => machine.sharing(true)));
    await Promise.all([seen(one, 1), seen(two, 2), seen(third, 1)]);
    const fourth = machines.start();
    const last = await fourth.request('price', 16);
    expect(last.allowed?.phase1).to.equal(6);
    const { until } = await fourth.until(({ decision }) => decision === 'deferred' || decision === 'unchanged');
    if (until) expect(Date.parse(until)).to.be.greaterThan(machines.writes.at(-1)! + 14 * MINUTE);
    expect(machines.writes).to.have.length(2);
  });

  it('raises nothing on a machine that has never reached Redis', async (own) => {
    const { redis, machines } = await open(own);
    await redis.kill();
    machines.simulator.world.setAvailableCurrent(machines.site, [10, 10, 10]);
    const alone = machines.start();
    const startedAt = Date.now();
    const { decision, until } = await alone.request('solar', 16);
    expect(decision).to.equal('deferred');
    expect(Date.parse(until!)).to.be.within(startedAt + 14 * MINUTE, startedAt + 16 * MINUTE);
    expect(machines.writes).to.have.length(0);
    await redis.restart();
    await alone.until(({ applied }) => applied?.phase1 === 16);
    expect(machines.current).to.equal(16);
  });

  it('loses nothing when Redis is emptied in the middle', async (own) => {
    const { machines, emptied, seen } = await open(own);
    const [one, two] = [machines.start(), machines.start()];
    await one.limit('fuse', 10);
    await two.request('solar', 16);
    await seen(two, 1);
    await emptied();
    const third = machines.start();
    const price = await third.request('price', 16);
    await seen(third, 1);
    expect(price.decision).to.be.oneOf(['deferred', 'unchanged']);
    expect(machines.writes).to.have.length(1);
    expect(machines.current).to.equal(10);
  });

  it('keeps the limit of a machine that was killed also when Redis is emptied afterwards', async (own) => {
    const { machines, emptied, seen } = await open(own);
    const dead = machines.spawn({ by: 'fuse', ampere: 10, over: LIMIT });
    await dead.until(({ decision }) => decision === 'applied');
    const left = machines.start();
    await left.request('solar', 16);
    await seen(left, 1);
    await dead.kill();
    await emptied();
    const third = machines.start();
    await third.request('price', 16);
    await Promise.all([seen(left, 1), seen(third, 1)]);
    expect(machines.current).to.equal(10);
  });

  it('is lowered while Redis is frozen', async (own) => {
    const { redis, machines, seen } = await open(own);
    const [one, two] = [machines.start(), machines.start()];
    await one.limit('fuse', 32);
    await two.request('solar', 32);
    await seen(two, 1);
    redis.freeze();
    try {
      expect(await ownTime(two.limit('main', 8))).to.be.lessThan(4_000);
      expect(machines.current).to.equal(8);
    } finally {
      redis.thaw();
    }
    await Promise.all([one.sharing(true), two.sharing(true)]);
    const third = machines.start();
    await third.request('price', 16);
    await third.until(({ allowed }) => allowed?.phase1 === 8);
    expect(machines.writes).to.have.length(1);
  });

  it('is lowered by another machine when the one that writes is stopped for a while, which writes nothing late', async (own) => {
    const { machines } = await open(own);
    const stopped = machines.spawn({ by: 'fuse', ampere: 12, over: LIMIT });
    await stopped.until(({ decision }) => decision === 'applied');
    stopped.process.kill('SIGSTOP');
    const left = machines.start();
    await left.limit('main', 20);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    stopped.process.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(machines.writes).to.have.length(1);
    expect(machines.current).to.equal(12);
  });
});

/** One after the other: they compare clocks, or write so much that it keeps this process from everything else. */
describe('a current that several machines set', function () {
  this.timeout(90_000);
  const it = together(1);

  for (const clockOffMs of [HOUR, -HOUR]) {
    it(`is raised only after the interval of the last write of any, wall clock off by ${clockOffMs} ms`, async (own) => {
      const { machines } = await open(own);
      const one = machines.start();
      expect((await one.request('solar', 10)).decision).to.equal('applied');
      const [writtenAt = NaN] = machines.writes;
      const two = machines.spawn({ by: 'price', ampere: 16, clockOffMs });
      const until = ({ until: time = '' }) => Date.parse(time) - clockOffMs;
      const second = await two.until((decision) => until(decision) > writtenAt + 14 * MINUTE);
      expect(second.decision).to.equal('deferred');
      expect(until(second)).to.be.within(writtenAt + 15 * MINUTE - 50, writtenAt + 15 * MINUTE + 2_000);
      expect(machines.writes).to.have.length(1);
    });
  }

  const floods: Record<string, (store: RedisConnection, key: string) => Promise<unknown>> = {
    'a last write of 20 MB': (store, key) => {
      const value = 'x'.repeat(20_000_000);
      return store.hset(key, 'record', JSON.stringify({ at: Date.now(), id: 'id', value, early: [] }));
    },
    'a hundred thousand limits': async (store, key) => {
      const other = { at: Date.now(), machine: 'other', session: 'session', value: '{}' };
      for (let from = 0; from < 100_000; from += 5_000) {
        const fields = Array.from({ length: 5_000 }, (_, index) => [
          `limit:other|${from + index}`,
          JSON.stringify({ ...other, by: String(from + index) }),
        ]);
        await store.hset(key, ...fields.flat());
      }
    },
  };
  for (const [what, flood] of Object.entries(floods)) {
    it(`is lowered at once, and shared with all limits, after somebody wrote ${what} among them`, async (own) => {
      const { redis, machines, seen } = await open(own);
      const dead = machines.spawn({ by: 'main', ampere: 40, over: LIMIT });
      const [one, two] = [machines.start(), machines.start()];
      await Promise.all([one.limit('fuse', 32), two.request('solar', 32)]);
      await Promise.all([seen(one, 1), seen(two, 2)]);
      await dead.kill();
      const store = openRedis(redis.url);
      const [key = ''] = await store.keys('zaptec*:current:*');
      await flood(store, key);
      store.disconnect();
      void two.limit('roof', 8);
      // On a busy computer it says first that it still asks Redis.
      const isLowered = async () => {
        await two.until(({ applied }) => applied?.phase1 === 8);
        expect(machines.current).to.equal(8);
        await Promise.all([seen(one, 2), seen(two, 2)]);
      };
      expect(await ownTime(isLowered())).to.be.lessThan(4_000);
      expect(machines.writes).to.have.length(1);
    });
  }
});
