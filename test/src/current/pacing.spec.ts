import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { Pacing, planWrite, type Situation } from '../../../src/current/pacing';
import { MINUTE } from '../../support/governed-world';

const HOUR = 60 * MINUTE;

/** A write of a target at 0, which got through. */
function paced(): Pacing {
  const pacing = new Pacing();
  pacing.sent(0);
  pacing.done(0, false);
  return pacing;
}

describe('the pace of writes', () => {
  it('is Zaptec’s own at least, and slower where the node says so', () => {
    const pacing = paced();
    expect([pacing.raiseAt(0), pacing.raiseAt(20 * MINUTE)]).to.deep.equal([15 * MINUTE, 20 * MINUTE]);
    expect([pacing.limitAt(0), pacing.limitAt(2 * MINUTE)]).to.deep.equal([MINUTE, 2 * MINUTE]);
    expect(new Pacing().raiseAt(0)).to.equal(-Infinity);
  });

  it('lets a target lower after its cooldown, but never later than a raise', () => {
    const pacing = paced();
    expect(pacing.earlyAt(2 * MINUTE, 15 * MINUTE)).to.equal(2 * MINUTE);
    expect(pacing.earlyAt(40 * MINUTE, 20 * MINUTE)).to.equal(20 * MINUTE);
  });

  it('lets targets lower early six times an hour, and again when the first of these is an hour old', () => {
    const pacing = paced();
    for (let count = 1; count <= 6; count += 1) {
      expect(pacing.earlyAt(0, 2 * HOUR), `before lowering ${count}`).to.equal((count - 1) * MINUTE + MINUTE);
      pacing.sent(count * MINUTE);
      pacing.done(count * MINUTE, true);
    }
    expect(pacing.earlyAt(0, 2 * HOUR)).to.equal(MINUTE + HOUR);
    expect(pacing.earlyAt(0, 15 * MINUTE), 'the interval is over sooner').to.equal(21 * MINUTE);
    pacing.done(2 * HOUR, false);
    expect(pacing.times.early).to.deep.equal([]);
    expect(pacing.times).to.include({ sentAt: 2 * HOUR, doneAt: 2 * HOUR });
  });

  it('goes back to what it was for a write that was refused', () => {
    const pacing = paced();
    const before = pacing.times;
    pacing.sent(MINUTE);
    expect(pacing.raiseAt(0)).to.equal(16 * MINUTE);
    pacing.takeBack(before);
    expect(pacing.raiseAt(0)).to.equal(15 * MINUTE);
  });

  it('takes over what another machine has written, each lowering once', () => {
    const pacing = paced();
    pacing.done(10 * MINUTE, true);
    pacing.learn({ sentAt: 5 * MINUTE, doneAt: 20 * MINUTE, early: [10 * MINUTE + 29_999, 12 * MINUTE, 4 * MINUTE] });
    expect(pacing.times).to.deep.equal({
      sentAt: 10 * MINUTE,
      doneAt: 20 * MINUTE,
      early: [4 * MINUTE, 10 * MINUTE, 12 * MINUTE],
    });
  });
});

describe('what another machine has lowered early', () => {
  for (const [apartMs, count] of [
    [29_999, 2],
    [30_000, 3],
  ] as const) {
    it(`is ${count === 3 ? 'another time' : 'the same time'} where it is ${apartMs} ms from one that is known`, () => {
      const pacing = new Pacing({ sentAt: 0, doneAt: 0, early: [0, 10 * MINUTE] });
      pacing.learn({ sentAt: 0, doneAt: 0, early: [10 * MINUTE + apartMs] });
      expect(pacing.times.early).to.have.length(count);
    });
  }
});

describe('the next write', () => {
  const SITUATION: Situation = {
    present: everyPhase(10),
    desired: everyPhase(10),
    limit: everyPhase(Infinity),
    intervalMs: 15 * MINUTE,
    deadBandA: 0.5,
    skipsPauseValues: true,
    lowerAtOnce: true,
    cooldownMs: MINUTE,
    limitCooldownMs: MINUTE,
    retrying: undefined,
    notBefore: { raise: -Infinity, lower: -Infinity },
  };
  const plan = (now: number, over: Partial<Situation>) => planWrite({ ...SITUATION, ...over }, paced(), now);
  const write = (ampere: number, early = false, counted = false) => ({
    ...{ do: 'write', currents: everyPhase(ampere) },
    ...{ early, counted },
  });

  it('is none for what is there, and none for what is within the dead band', () => {
    expect(plan(HOUR, {})).to.deep.equal({ do: 'nothing' });
    for (const ampere of [9.5, 10.5]) expect(plan(HOUR, { desired: everyPhase(ampere) })).to.deep.equal({ do: 'drop' });
    expect(plan(HOUR, { desired: everyPhase(9.4) })).to.deep.equal(write(9.4));
    expect(plan(HOUR, { desired: everyPhase(10.6) })).to.deep.equal(write(10.6));
    const tenth = { present: everyPhase(10.2), desired: everyPhase(10.3), deadBandA: 0.1 };
    expect(plan(HOUR, tenth), 'in spite of binary fractions').to.deep.equal({ do: 'drop' });
  });

  it('raises and lowers for one phase that is outside of the dead band', () => {
    for (const phase1 of [16, 8]) {
      const desired = { phase1, phase2: 10, phase3: 10.2 };
      expect(plan(HOUR, { desired })).to.deep.include({ do: 'write', currents: desired });
    }
  });

  it('is sent within the dead band where charging begins, pauses, or a limit is exceeded', () => {
    expect(plan(HOUR, { present: everyPhase(5.8), desired: everyPhase(6) })).to.deep.equal(write(6));
    expect(plan(HOUR, { present: everyPhase(6), desired: everyPhase(5.9) })).to.deep.equal(write(5.9));
    const limited = { desired: everyPhase(9.9), limit: everyPhase(9.9) };
    expect(plan(HOUR, limited)).to.deep.equal(write(9.9));
    expect(plan(2 * MINUTE, limited)).to.deep.equal(write(9.9, true));
  });

  it('is none from one pause to another, but to 0 and below a limit', () => {
    const paused = { present: everyPhase(4), desired: everyPhase(3), deadBandA: 0 };
    expect(plan(HOUR, paused)).to.deep.equal({ do: 'drop' });
    expect(plan(HOUR, { ...paused, skipsPauseValues: false })).to.deep.equal(write(3));
    expect(plan(HOUR, { ...paused, desired: everyPhase(0) })).to.deep.equal(write(0));
    expect(plan(HOUR, { ...paused, limit: everyPhase(3) })).to.deep.equal(write(3));
  });

  it('raises after the interval, or at once where it is the same that failed a moment ago', () => {
    const raise = { desired: everyPhase(16) };
    expect(plan(14 * MINUTE, raise)).to.deep.equal({ do: 'wait', until: 15 * MINUTE });
    expect(plan(15 * MINUTE, raise)).to.deep.equal(write(16));
    expect(plan(MINUTE, { ...raise, retrying: everyPhase(16) })).to.deep.equal(write(16));
    expect(plan(MINUTE, { ...raise, retrying: everyPhase(15) })).to.deep.equal({ do: 'wait', until: 15 * MINUTE });
  });

  it('lowers a target after the cooldown, which counts, and a limit without counting', () => {
    const lower = { desired: everyPhase(8), cooldownMs: 3 * MINUTE };
    expect(plan(2 * MINUTE, lower)).to.deep.equal({ do: 'wait', until: 3 * MINUTE });
    expect(plan(3 * MINUTE, lower)).to.deep.equal(write(8, true, true));
    expect(plan(15 * MINUTE, lower)).to.deep.equal(write(8));
    expect(plan(3 * MINUTE, { ...lower, lowerAtOnce: false })).to.deep.equal({ do: 'wait', until: 15 * MINUTE });
    expect(plan(2 * MINUTE, { ...lower, limit: everyPhase(8) })).to.deep.equal(write(8, true));
  });

  it('waits for a node that was just deployed with a raise and a lowering of a target, and never with a limit', () => {
    const notBefore = { raise: 30 * MINUTE, lower: 20 * MINUTE };
    expect(plan(16 * MINUTE, { desired: everyPhase(16), notBefore })).to.deep.equal({ do: 'wait', until: 30 * MINUTE });
    expect(plan(16 * MINUTE, { desired: everyPhase(8), notBefore })).to.deep.equal({ do: 'wait', until: 20 * MINUTE });
    const limited = { desired: everyPhase(8), limit: everyPhase(8), notBefore };
    expect(plan(16 * MINUTE, limited)).to.deep.equal(write(8));
  });

  it('lets the phases that fall do so before those that rise may', () => {
    const desired = { phase1: 8, phase2: 16, phase3: 10 };
    expect(plan(2 * MINUTE, { desired })).to.deep.equal({
      do: 'write',
      currents: { phase1: 8, phase2: 10, phase3: 10 },
      early: true,
      counted: true,
    });
    expect(plan(15 * MINUTE, { desired })).to.deep.include({ do: 'write', currents: desired, early: false });
  });

  it('holds back the phases that rise for a node that was just deployed, also after the interval', () => {
    const notBefore = { raise: 30 * MINUTE, lower: -Infinity };
    expect(plan(16 * MINUTE, { desired: { phase1: 8, phase2: 16, phase3: 10 }, notBefore })).to.deep.equal({
      ...{ do: 'write', early: false, counted: false },
      currents: { phase1: 8, phase2: 10, phase3: 10 },
    });
  });

  for (const [what, present, desired] of [
    ['a raise from 6 A, which charges already', everyPhase(6), everyPhase(6.3)],
    ['a fall to 6 A, which charges still', everyPhase(6.3), everyPhase(6)],
    ['a raise below 6 A, which charges nothing', everyPhase(5), everyPhase(5.3)],
    [
      'a small fall beside a phase that pauses already',
      { phase1: 5, phase2: 10, phase3: 10 },
      { phase1: 5, phase2: 9.8, phase3: 10 },
    ],
  ] as const) {
    it(`is none within the dead band for ${what}`, () => {
      expect(plan(HOUR, { present, desired, skipsPauseValues: false })).to.deep.equal({ do: 'drop' });
    });
  }

  it('is none from one pause to another on some phases while the others stay, nor where a limit allows what is set', () => {
    const pauses = { present: { phase1: 10, phase2: 5, phase3: 5 }, desired: { phase1: 10, phase2: 3, phase3: 3 } };
    expect(plan(HOUR, pauses)).to.deep.equal({ do: 'drop' });
    expect(plan(HOUR, { present: everyPhase(5), desired: everyPhase(3), limit: everyPhase(5) })).to.deep.equal({
      do: 'drop',
    });
  });
});
