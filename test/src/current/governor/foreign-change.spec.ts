import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import type { Currents, RequestSettings } from '../../../../src/current/types';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('a value of somebody else', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  const setTarget = (ampere: number, over: Partial<RequestSettings> = {}, by = 'solar') => {
    world.request(by, ampere, over);
    world.pass(16 * MINUTE);
  };
  /** Somebody else sets a value, which the next observations contradict. */
  const change = (to: number | Currents) => {
    world.pass(11 * MINUTE);
    world.foreign(typeof to === 'number' ? everyPhase(to) : to);
    world.do({ type: 'observed', chargers: [], agrees: false });
    world.pass(1_000);
  };
  const reportsOf = (by: string, decision: string) =>
    world.reports.filter((report) => report.by === by && report.decision === decision);
  const withdrawForGood = (by: string) => {
    world.withdraw(by);
    world.do({ type: 'release', by });
  };

  it('is reported to each node that has requested something, with both values', () => {
    world.arm('idle');
    world.request('fuse', 20, { role: 'limit' });
    setTarget(10);
    change(16);
    for (const [by, ampere] of [
      ['fuse', 20],
      ['solar', 10],
    ] as const) {
      expect(reportsOf(by, 'foreign-change')).to.have.length(1);
      expect(reportsOf(by, 'foreign-change')[0]).to.deep.include({
        ...{ callers: [], requested: everyPhase(ampere), applied: everyPhase(16) },
        reason: 'Somebody else has set 16 A',
      });
    }
    expect(world.decisions('idle')).to.deep.equal([]);
  });

  it('is reported once to a target that yields to it, whatever somebody else sets then', () => {
    setTarget(10, { foreign: 'yield' });
    change(16);
    change(13);
    change(20);
    expect(reportsOf('solar', 'foreign-change')).to.have.length(1);
    expect(world.cloud).to.deep.equal(everyPhase(20));
  });

  it('is the answer to each request of a target that yields to it, and the only one', () => {
    setTarget(10, { foreign: 'yield' });
    change(16);
    const { length } = world.told;
    const serial = world.request('solar', 12, { foreign: 'yield' });
    world.pass(120 * MINUTE);
    expect(world.told).to.have.length(length + 1);
    expect(world.told.at(-1)).to.deep.include({
      ...{ by: 'solar', callers: [serial], decision: 'foreign-change', requested: everyPhase(12) },
      reason: 'It gives way to the value that somebody else has set, until it is withdrawn',
    });
    expect(world.cloud).to.deep.equal(everyPhase(16));
  });

  it('that is what a target wants, above a limit, is nothing that the target yields to', () => {
    world.request('fuse', 10, { role: 'limit' });
    setTarget(16, { foreign: 'yield' });
    change(16);
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    const serial = world.request('solar', 16, { foreign: 'yield' });
    world.pass(MINUTE);
    const answer = world.reports.find(({ callers }) => callers.includes(serial));
    expect(answer?.decision).to.equal('unchanged');
  });

  it('is answered by a target that insists, and that a limit holds: it says when it is held again', () => {
    world.request('fuse', 8, { role: 'limit' });
    setTarget(16);
    const { length } = world.decisions('solar');
    change(MAX);
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
    expect(world.decisions('solar').slice(length)).to.deep.equal(['foreign-change', 'applied']);
  });

  it('lets all targets of which the lowest counts come back with the next value of any, and each says so', () => {
    const settings = { combine: 'lowest', foreign: 'report' } as const;
    world.request('price', 12, settings);
    setTarget(10, settings);
    change(16);
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    const { length } = world.decisions('solar');
    world.request('price', 12, settings);
    world.pass(MINUTE);
    expect(world.cloud, 'that of the other node').to.deep.equal(everyPhase(10));
    expect(world.decisions('solar').slice(length)).to.deep.equal(['applied']);
  });

  it('lets all such targets come back below a limit as well, and each says so', () => {
    const settings = { combine: 'lowest', foreign: 'report' } as const;
    world.request('fuse', 8, { role: 'limit' });
    world.request('price', 12, settings);
    setTarget(10, settings);
    change(16);
    world.pass(2 * MINUTE);
    const { length } = world.decisions('solar');
    world.request('price', 12, settings);
    world.pass(MINUTE);
    expect(world.decisions('solar').slice(length)).to.deep.equal(['unchanged']);
  });

  it('leaves a target that yields out of those that are told that another one counts', () => {
    world.request('price', 12, { combine: 'lowest', foreign: 'report' });
    setTarget(10, { combine: 'lowest', foreign: 'yield' });
    change(16);
    const { length } = world.told.filter(({ by }) => by === 'solar');
    world.request('price', 12, { combine: 'lowest', foreign: 'report' });
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(12));
    expect(world.told.filter(({ by }) => by === 'solar')).to.have.length(length);
  });

  describe('is what a target gives back that is withdrawn for good', () => {
    it('where it came before the target', () => {
      world.request('fuse', 20, { role: 'limit' });
      world.pass(MINUTE);
      change(13);
      setTarget(8, { restores: true });
      withdrawForGood('solar');
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(13));
    });

    it('and not where it came after the target, which has set its own value again', () => {
      setTarget(8, { restores: true });
      change(13);
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(8));
      withdrawForGood('solar');
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(MAX));
    });

    it('where it came while no process ran', () => {
      setTarget(10, { restores: true });
      world.foreign(everyPhase(13));
      world.restart();
      setTarget(8, { restores: true });
      withdrawForGood('solar');
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(13));
    });

    it('and is not taken for that after a restart where a write was lost: what was before then is', () => {
      setTarget(10, { restores: true });
      world.fates = ['lost-not-acted'];
      world.request('solar', 16, { restores: true });
      world.restart();
      world.pass(16 * MINUTE);
      setTarget(8, { restores: true });
      withdrawForGood('solar');
      world.pass(16 * MINUTE);
      expect(world.cloud).to.deep.equal(everyPhase(MAX));
    });
  });

  it('that was lower than the target is given back as a raise is: after the interval', () => {
    world.foreign(everyPhase(10));
    setTarget(16, { restores: true });
    world.request('solar', 18, { restores: true });
    world.pass(MINUTE);
    const raisedAt = world.sent.at(-1)!.at;
    withdrawForGood('solar');
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.sent.at(-1)!.at - raisedAt).to.be.at.least(15 * MINUTE);
  });

  it('that paused is not written again where the target pauses too: that is given back already', () => {
    world.foreign(everyPhase(5));
    setTarget(10, { restores: true });
    setTarget(3, { restores: true });
    const { length } = world.sent;
    withdrawForGood('solar');
    world.pass(20 * MINUTE);
    expect(world.sent).to.have.length(length);
    expect(world.last('solar')).to.deep.include({ decision: 'applied', requested: everyPhase(5) });
    expect(world.governor.isIdle).to.equal(true);
  });

  describe('that pauses', () => {
    const leftBy = (currents: number | Currents) => {
      world.request('fuse', 16, { role: 'limit' });
      world.pass(2 * MINUTE);
      change(currents);
      return world.governor.leftPause(world.now + 500);
    };

    it('was left by somebody else, so long ago', () => {
      expect(leftBy(0)).to.deep.equal({ by: 'somebody else', currents: everyPhase(0), ageMs: 1_500 });
    });

    it('does so on every phase', () => {
      expect(leftBy({ phase1: 0, phase2: 16, phase3: 0 })).to.equal(undefined);
    });

    it('is less than 6 A', () => {
      expect(leftBy(6)).to.equal(undefined);
    });
  });

  it('right after a write may be what was there before: it counts once a reading shows it a minute after the write', () => {
    world.request('solar', 16);
    world.pass(10_000);
    world.reads = 0;
    world.foreign(everyPhase(10));
    const { cloud: currents, now: at } = world;
    world.do({
      type: 'reading',
      reading: { currents, at, maxCurrent: MAX, refusal: undefined, fingerprint: 'a' },
    });
    world.pass(49_000);
    expect(world.reads).to.equal(0);
    expect(world.decisions('solar')).to.deep.equal(['applied']);
    world.pass(2_000);
    expect(world.reads).to.equal(1);
    expect(world.decisions('solar').slice(0, 2)).to.deep.equal(['applied', 'foreign-change']);
  });
});

describe('observations of chargers', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.reads = 0;
  });

  const observe = (ampere: number, agrees: boolean | undefined) =>
    world.do({ type: 'observed', chargers: [everyPhase(ampere)], agrees });
  const observeFor = (minutes: number, ampere: number, agrees: boolean | undefined) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      observe(ampere, agrees);
      world.pass(MINUTE);
    }
  };

  for (const [what, agrees, reads] of [
    ['that show the known current spare a reading', true, 0],
    ['that show nothing of it spare none: what is old stays old', undefined, 1],
  ] as const) {
    it(what, () => {
      observeFor(11, 5, agrees);
      world.request('solar', 10);
      expect(world.reads).to.equal(reads);
      expect(world.last('solar')?.decision).to.equal('unchanged');
    });
  }

  it('that contradict a target cost a reading every ten minutes at most', () => {
    observe(20, false);
    expect(world.reads, 'the last one was 16 minutes ago').to.equal(1);
    observeFor(9, 20, false);
    expect(world.reads).to.equal(1);
    observeFor(3, 20, false);
    expect(world.reads).to.equal(2);
  });

  it('of more than what is set for a minute are reported, with what is set', () => {
    observeFor(3, 20, false);
    const broken = world.reports.filter(({ decision }) => decision === 'not-following');
    expect(broken).to.have.length(1);
    expect(broken[0]).to.deep.include({
      ...{ by: 'solar', callers: [], requested: everyPhase(10) },
      reason: 'The chargers take more than 10 A for longer than a minute',
    });
  });

  it('change nothing about what is told of targets that do not count', () => {
    world.request('price', 12);
    world.pass(16 * MINUTE);
    const { length } = world.told;
    observeFor(5, 5, true);
    expect(world.told).to.have.length(length);
  });
});
