import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MAX, MINUTE, type Fate } from '../../../support/governed-world';

describe('a write of a governor', () => {
  let world: GovernedWorld;
  let count: number;

  /** A target of 10 A is set, long ago. */
  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 10);
    world.pass(20 * MINUTE);
    count = world.sent.length;
  });

  const sent = () => world.sent.slice(count).map(({ currents }) => currents.phase1);
  const raiseThat = (...fates: Fate[]) => {
    world.fates = fates;
    world.request('solar', 16);
  };

  for (const fate of ['rejected', 'failed'] as const) {
    it(`that was ${fate} is sent once more soon, where it is the same`, () => {
      raiseThat(fate);
      expect(world.cloud).to.deep.equal(everyPhase(10));
      world.pass(2 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(16));
      expect(sent()).to.deep.equal([16, 16]);
    });
  }

  it('that the cloud has seen fail counts for a raise to another value', () => {
    raiseThat('failed');
    const failedAt = world.now;
    world.request('solar', 14);
    world.pass(14 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(14));
    expect(world.sent.at(-1)!.at - failedAt).to.be.at.least(14 * MINUTE + 59_000);
  });

  it('that the cloud hardly noticed does not count for a raise to another value', () => {
    raiseThat('rejected');
    world.request('solar', 14);
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(14));
  });

  for (const [fate, ampere] of [
    ['lost-acted', 16],
    ['lost-not-acted', 10],
  ] as const) {
    it(`whose answer was lost counts, and a reading shows what is set (${fate})`, () => {
      const reads = world.reads;
      raiseThat(fate);
      world.request('solar', 18);
      world.pass(10 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(ampere));
      expect(world.governor.applied).to.deep.equal(everyPhase(ampere));
      expect(world.reads).to.be.above(reads);
      world.pass(10 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(18));
    });
  }

  it('that fails on and on is the same write for two minutes, and then waits for the interval', () => {
    raiseThat(...Array.from({ length: 100 }, () => 'failed' as const));
    const first = world.now;
    world.pass(60 * MINUTE);
    const times = world.sent.slice(count).map(({ at }) => at - first);
    const lastOfFirst = times.filter((at) => at < 2 * MINUTE).at(-1) ?? 0;
    const later = times.find((at) => at >= 2 * MINUTE);
    expect(times.filter((at) => at < 2 * MINUTE)).to.have.length.above(2);
    expect(later).to.equal(lastOfFirst + 15 * MINUTE);
  });

  it('whose answer was lost makes a raise wait for the interval, and the report says until when', () => {
    raiseThat('lost-not-acted');
    const sentAt = world.wallNow;
    world.request('solar', 18);
    world.pass(5 * MINUTE);
    expect(world.last('solar')).to.include({ decision: 'deferred' });
    const untils = world.told.filter(({ until, at }) => until !== undefined && at >= sentAt + 2_000);
    expect(untils.map(({ until }) => until)).to.deep.equal([new Date(sentAt + 15 * MINUTE).toISOString()]);
  });

  it('that fails for a passing reason makes every other one wait for half a second', () => {
    world.fates = ['rejected'];
    const key = world.writeOnce(everyPhase(8));
    world.request('fuse', 9, { role: 'limit' });
    world.pass(499);
    expect(sent()).to.deep.equal([8]);
    world.pass(MINUTE);
    expect(sent()).to.deep.equal([8, 9]);
    expect(world.answers.get(key)).to.have.nested.property('error.code', 'TOO_SOON');
  });

  it('that failed is not the same once more on top of another one whose answer was lost', () => {
    raiseThat('failed', 'lost-not-acted');
    world.request('solar', 8);
    world.pass(600);
    world.request('solar', 16);
    world.pass(14 * MINUTE);
    expect(sent()).to.deep.equal([16, 8]);
    world.pass(2 * MINUTE);
    expect(sent()).to.deep.equal([16, 8, 16]);
  });

  it('that failed is the same once more although the answer to that was lost', () => {
    raiseThat('failed', 'lost-not-acted');
    world.pass(2 * MINUTE);
    expect(sent()).to.deep.equal([16, 16, 16]);
    expect(world.cloud).to.deep.equal(everyPhase(16));
  });

  it('of a caller leaves a target that came after it: that is set later', () => {
    world.pause();
    world.writeOnce(everyPhase(8));
    world.request('solar', 12);
    world.resume();
    world.pass(20 * MINUTE);
    expect(sent()).to.deep.equal([8, 12]);
    expect(world.cloud).to.deep.equal(everyPhase(12));
  });

  describe('is remembered', () => {
    it('with the target that it serves, and with what was set before that', () => {
      world.request('fuse', 8, { role: 'limit' });
      const times = { sentAt: world.now, doneAt: world.now };
      const values = { base: everyPhase(10), before: everyPhase(MAX), setBy: 'solar' };
      expect(world.record).to.deep.include({ currents: everyPhase(8), ...values, ...times });
    });

    it('as that of other settings, which are no target', () => {
      world.writeOnce();
      const values = { base: everyPhase(10), before: everyPhase(MAX), setBy: 'solar' };
      expect(world.record).to.deep.include({ currents: everyPhase(10), ...values });
    });

    it('as that of a caller, which takes the place of the target, with what was set before that', () => {
      world.writeOnce(everyPhase(12));
      const values = { base: everyPhase(12), before: everyPhase(MAX), setBy: 'a single write' };
      expect(world.record).to.deep.include({ currents: everyPhase(12), ...values });
    });

    it('as that of a caller, which is what was set before the next target where there is none', () => {
      world.withdraw('solar');
      world.writeOnce(everyPhase(12));
      expect(world.record).to.deep.include({ base: everyPhase(12), before: everyPhase(12) });
    });
  });

  it('that another machine keeps from leaving is tried five times for a caller', () => {
    world.fates = Array<'blocked'>(20).fill('blocked');
    const key = world.writeOnce(everyPhase(8));
    world.pass(5 * MINUTE);
    expect(sent()).to.have.length(5);
    expect(world.answers.get(key)).to.have.nested.property('error.code', 'TOO_SOON');
    const { message } = world.answers.get(key)?.error as unknown as Error;
    expect(message).to.include('Another machine or account writes to the same place at this moment');
  });

  it('of a caller that sets another maximum has the current read before and right after', () => {
    const { reads } = world;
    world.do({ type: 'one-off', key: 1_000, hasOthers: true, maxCurrent: 20, currents: everyPhase(8) });
    expect(world.reads).to.equal(reads + 2);
  });

  for (const [isAlone, ampere] of [
    [true, 12],
    [false, MAX],
  ] as const) {
    it(`of a caller is ${isAlone ? '' : 'not '}what a later target gives back, where there was ${isAlone ? 'no' : 'a'} target`, () => {
      if (isAlone) world.withdraw('solar');
      world.writeOnce(everyPhase(12));
      world.pass(16 * MINUTE);
      world.withdraw('solar');
      world.request('price', 8, { restores: true });
      world.pass(16 * MINUTE);
      world.withdraw('price');
      world.do({ type: 'release', by: 'price' });
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(ampere));
    });
  }
});
