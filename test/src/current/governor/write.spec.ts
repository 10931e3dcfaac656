import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MINUTE, type Fate } from '../../../support/governed-world';

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
});
