import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { GovernedWorld, MAX, MINUTE, tooEarly } from '../../../support/governed-world';

describe('the governor', () => {
  let world: GovernedWorld;
  beforeEach(() => (world = new GovernedWorld()));
  const cloud = () => world.cloud.phase1;

  it('holds the newest target under every limit and reports which target is capped', () => {
    world.request('solar', 20);
    world.request('price', 16);
    expect(world.last('solar')).to.include({ decision: 'applied' });
    world.pass(MINUTE);
    expect(cloud()).to.equal(16);
    world.request('fuse', 9, { role: 'limit' });
    world.pass(2 * MINUTE);
    expect(cloud()).to.equal(9);
    expect(world.last('fuse')).to.include({ decision: 'lowered-early' });
    expect(world.decisions('price')).to.include('capped');
    world.withdraw('fuse');
    world.pass(16 * MINUTE);
    expect(cloud()).to.equal(16);
  });

  it('lowers a phase at once and lets a phase that rises wait', () => {
    world.request('solar', 10);
    world.pass(2 * MINUTE);
    world.request('solar', { phase1: 8, phase2: 14, phase3: 10 });
    expect(world.cloud).to.deep.equal({ phase1: 8, phase2: 10, phase3: 10 });
    expect(world.last('solar')).to.include({ decision: 'lowered-early', reason: 'The lowest phase counts: 8 A' });
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal({ phase1: 8, phase2: 14, phase3: 10 });
    expect(world.last('solar')).to.include({ decision: 'applied' });
  });

  it('lowers a target early at most six times an hour, a limit as often as it must', () => {
    world.request('solar', 20);
    for (let ampere = 19; ampere > 7; ampere -= 1) {
      world.pass(2 * MINUTE);
      world.request('solar', ampere);
    }
    expect(world.sent).to.have.length(7);
    const limited = new GovernedWorld();
    for (let ampere = 19; ampere > 7; ampere -= 1) {
      limited.pass(2 * MINUTE);
      limited.request('fuse', ampere, { role: 'limit' });
    }
    expect(limited.sent).to.have.length(12);
  });

  it('drops a raise within the dead band, unless it lets charging begin', () => {
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.request('solar', 10.4);
    expect(world.last('solar')).to.include({ decision: 'dropped' });
    world.request('solar', 5.8);
    expect(world.last('solar')).to.deep.include({ reason: 'Below 6 A nothing flows: this pauses' });
    world.pass(16 * MINUTE);
    world.request('solar', 6);
    expect(cloud()).to.equal(6);
  });

  it('does not send a change below 6 A, which would delay the raise that lets charging begin', () => {
    world.request('solar', 4);
    for (const ampere of [3, 5.9, 0.1, 4.5]) {
      world.pass(16 * MINUTE);
      world.request('solar', ampere);
      expect(world.last('solar')).to.include({ decision: 'dropped' });
    }
    expect(cloud()).to.equal(4);
    world.request('solar', 7);
    expect(cloud()).to.equal(7);
    world.pass(2 * MINUTE);
    world.request('solar', { phase1: 5, phase2: 7, phase3: 7 });
    expect(world.cloud).to.deep.equal({ phase1: 5, phase2: 7, phase3: 7 });
    world.pass(2 * MINUTE);
    world.request('solar', 0);
    expect(cloud(), 'a requested 0 is set').to.equal(0);
    world.pass(16 * MINUTE);
    world.request('solar', 5);
    expect(cloud()).to.equal(0);
  });

  it('lowers a limit below 6 A all the same, and sends a one-off write below 6 A', () => {
    world.request('fuse', 5, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.request('fuse', 3, { role: 'limit' });
    expect(cloud()).to.equal(3);
    world.withdraw('fuse');
    world.pass(16 * MINUTE);
    const key = world.writeOnce(everyPhase(2));
    expect(world.answers.get(key)).to.deep.equal({ ok: true, sent: true });
    expect(cloud()).to.equal(2);
  });

  it('tries ever less often, however long a refusal makes it wait', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    // Each answer takes longer than the wait was meant to be, as a pause after a 429 does.
    world.latency = 1_000;
    world.fates = Array.from({ length: 5 }, () => 'rejected' as const);
    world.request('fuse', 10, { role: 'limit' });
    world.pass(2 * MINUTE);
    const tries = world.sent.slice(1).map(({ at }) => at);
    expect(tries).to.have.length(6);
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    expect(gaps).to.deep.equal([...gaps].sort((a, b) => a - b));
    expect(new Set(gaps).size, 'each gap is longer').to.equal(gaps.length);
    expect(cloud()).to.equal(10);
  });

  it('delays the lowering of a target whose node does not want it at once', () => {
    world.request('price', 16, { lowerAtOnce: false });
    world.pass(2 * MINUTE);
    world.request('price', 10, { lowerAtOnce: false });
    expect(world.last('price')).to.include({ decision: 'deferred' });
    world.pass(14 * MINUTE);
    expect(cloud()).to.equal(10);
  });

  it('fires the dead man from its deploy on, and only lowers', () => {
    const deadMan = { afterMs: 5 * MINUTE, safeA: 8 };
    world.arm('fuse', { role: 'limit', deadMan });
    world.request('solar', 7);
    world.pass(11_000);
    expect(cloud()).to.equal(7);
    world.request('fuse', NaN, { role: 'limit', deadMan });
    expect(world.last('fuse')).to.include({ decision: 'refused' });
    world.pass(5 * MINUTE);
    expect(world.last('fuse')).to.include({ decision: 'dead-man' });
    world.request('solar', 20);
    world.pass(40 * MINUTE);
    expect(cloud()).to.equal(8);
    world.request('fuse', 12, { role: 'limit', deadMan });
    world.pass(4 * MINUTE);
    world.request('fuse', 12, { role: 'limit', deadMan });
    world.pass(4 * MINUTE);
    world.request('fuse', 12, { role: 'limit', deadMan });
    world.pass(4 * MINUTE);
    expect(cloud()).to.equal(12);
  });

  it('keeps the safe value of a dead man that has fired over a deploy, until a valid request comes', () => {
    const deadMan = { afterMs: 5 * MINUTE, safeA: 6 };
    world.request('solar', 16, { deadMan });
    world.pass(20 * MINUTE);
    expect(cloud()).to.equal(6);
    const writes = world.sent.length;
    world.arm('solar', { deadMan });
    world.pass(60 * MINUTE);
    expect(world.sent).to.have.length(writes);
    world.request('solar', 16, { deadMan });
    expect(cloud()).to.equal(16);
    world.pass(20 * MINUTE);
    world.arm('solar');
    world.pass(1_000);
    expect(cloud(), 'without a dead man there is no safe value').to.equal(16);
  });

  for (const [foreign, after, again] of [
    ['report', MAX, 10],
    ['reassert', 10, 10],
    ['yield', MAX, MAX],
  ] as const) {
    it(`follows the policy ${foreign} when somebody else sets a value`, () => {
      world.request('solar', 10, { foreign });
      world.pass(30 * MINUTE);
      world.foreign(everyPhase(MAX));
      world.pass(90 * MINUTE);
      expect(world.decisions('solar')).to.include('foreign-change');
      expect(cloud()).to.equal(after);
      world.request('solar', 10, { foreign });
      world.pass(20 * MINUTE);
      expect(cloud()).to.equal(again);
      world.arm('solar', { foreign });
      world.pass(20 * MINUTE);
      expect(cloud()).to.equal(10);
    });
  }

  it('lowers at the next reading what somebody else has raised above a limit, whatever its policy', () => {
    world.request('fuse', 10, { role: 'limit', foreign: 'yield' });
    world.pass(30 * MINUTE);
    world.foreign(everyPhase(20));
    world.request('fuse', 10, { role: 'limit', foreign: 'yield' });
    world.pass(5 * MINUTE);
    expect(cloud()).to.equal(10);
  });

  it('notices by a reading every hour what observations cannot show', () => {
    world.request('fuse', 16, { role: 'limit' });
    world.pass(30 * MINUTE);
    world.foreign(everyPhase(25));
    // One car takes no more than 16 A, whatever is set.
    for (let minute = 0; minute < 61; minute += 1) {
      world.do({ type: 'observed', chargers: [everyPhase(16)], agrees: true });
      world.pass(MINUTE);
    }
    expect(world.decisions('fuse')).to.include('foreign-change');
    expect(cloud()).to.equal(16);
  });

  it('does not take the allotment of one car for agreement where all together take too much', () => {
    world.request('fuse', 16, { role: 'limit' });
    world.pass(30 * MINUTE);
    world.foreign(everyPhase(25));
    world.do({ type: 'observed', chargers: [everyPhase(12), everyPhase(12)], agrees: true });
    world.pass(15_000);
    expect(cloud()).to.equal(16);
  });

  it('says unchanged only by a reading that is younger than ten minutes, and reads no more than that needs', () => {
    world.request('solar', MAX);
    expect(world.last('solar')).to.include({ decision: 'unchanged' });
    for (let second = 0; second < 9 * 60; second += 1) {
      world.pass(1_000);
      world.request('solar', MAX);
    }
    expect(world.reads).to.equal(1);
    world.pass(2 * MINUTE);
    world.request('solar', MAX);
    expect(world.reads).to.equal(2);
    expect(world.sent).to.deep.equal([]);
  });

  it('reports not-following when the chargers take more than was set', () => {
    world.request('solar', 10);
    const observe = (ampere: number) =>
      world.do({ type: 'observed', chargers: [everyPhase(ampere)], agrees: ampere < 11 });
    observe(16);
    world.pass(61_000);
    observe(16);
    observe(16);
    expect(world.decisions('solar')).to.deep.equal(['applied', 'not-following']);
    world.pass(11 * MINUTE);
    const { reads } = world;
    observe(16);
    expect(world.reads).to.equal(reads + 1);
    observe(10);
  });

  it('refuses requests until the situation changes', () => {
    world.refusal = zaptecError('NOT_MANUAL', 'made up');
    world.request('solar', 10);
    world.request('solar', 9);
    world.writeOnce(everyPhase(5));
    expect(world.decisions('solar')).to.deep.equal(['refused', 'refused']);
    expect(world.reads).to.equal(1);
    world.refusal = undefined;
    world.fingerprint = 'b';
    world.pass(61 * MINUTE);
    expect(cloud()).to.equal(9);
  });

  it('reads again after a deploy of the node whose request was refused, and after no other one', () => {
    world.refusal = zaptecError('NOT_MANUAL', 'made up');
    world.request('solar', 10);
    world.withdraw('stranger');
    world.request('solar', 9);
    expect(world.reads).to.equal(1);
    world.arm('solar');
    world.pass(MINUTE);
    expect(world.reads).to.equal(2);
    expect(world.sent).to.deep.equal([]);
  });

  it('does not send a failed raise again early after a lowering whose answer was lost', () => {
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.fates = ['failed', 'lost-not-acted'];
    world.request('solar', 16);
    world.request('solar', 8);
    world.pass(1_000);
    expect(world.sent.at(-1)?.currents).to.deep.equal(everyPhase(8));
    world.request('solar', 16);
    world.pass(10 * MINUTE);
    expect(tooEarly(world.sent, 'before')).to.deep.equal([]);
    expect(cloud()).to.equal(10);
  });

  it('does not take a lost write of other settings for done because its currents are there', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(16 * MINUTE);
    world.fates = ['lost-not-acted'];
    const key = world.writeOnce();
    world.pass(MINUTE);
    expect(world.answers.get(key)).to.deep.include({ ok: false });
  });

  it('remembers over a restart a current that was set by a one-off write', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(16 * MINUTE);
    world.writeOnce(everyPhase(10));
    world.restart();
    world.pass(16 * MINUTE);
    world.request('fuse', 20, { role: 'limit' });
    world.pass(60 * MINUTE);
    expect(cloud()).to.equal(10);
  });

  it('waits between its tries where another machine is always faster', () => {
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.sent.length = 0;
    world.fates = Array.from({ length: 40 }, () => 'blocked' as const);
    const key = world.writeOnce(everyPhase(9));
    world.pass(5 * MINUTE);
    expect(world.sent.length).to.be.within(2, 5);
    expect(world.answers.get(key)).to.have.nested.property('error.code', 'TOO_SOON');
  });

  it('sends a lowering again while no reading shows whether it acted', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.fates = ['lost-not-acted'];
    world.unread = 3;
    world.request('fuse', 10, { role: 'limit' });
    world.pass(20_000);
    expect(cloud()).to.equal(10);
  });

  it('does not raise a current that a lost write may have lowered', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.fates = ['lost-acted'];
    world.unread = 3;
    world.request('fuse', 8, { role: 'limit' });
    world.request('fuse', 12, { role: 'limit' });
    world.pass(20_000);
    expect(tooEarly(world.sent, 'before')).to.deep.equal([]);
    expect(cloud()).to.equal(8);
    world.pass(16 * MINUTE);
    expect(cloud()).to.equal(12);
  });

  it('survives a clock that is set back, and a restart with a record from the future', () => {
    world.request('solar', 10);
    world.setWallClock(-5 * 60 * MINUTE);
    world.request('solar', 12);
    expect(Date.parse(world.last('solar')!.until!)).to.equal(world.wallNow + 15 * MINUTE);
    world.setWallClock(-60 * MINUTE);
    world.restart();
    world.request('solar', 12);
    expect(Date.parse(world.last('solar')!.until!)).to.equal(world.wallNow + 15 * MINUTE);
  });

  for (const stepMs of [-24 * 60 * MINUTE, -60 * MINUTE, -90_000, 90_000, 60 * MINUTE, 24 * 60 * MINUTE]) {
    it(`raises after the interval and lowers after the cooldown when the wall clock steps by ${stepMs / 1_000} s`, () => {
      world.request('solar', 10);
      world.request('solar', 12);
      world.pass(5 * MINUTE);
      world.setWallClock(stepMs);
      world.pass(10 * MINUTE - 1);
      expect(cloud(), 'no raise comes early').to.equal(10);
      world.pass(1);
      expect(cloud(), 'nor late').to.equal(12);
      world.request('solar', 9);
      world.setWallClock(stepMs);
      world.pass(MINUTE - 1);
      expect(cloud(), 'the cooldown of a target').to.equal(12);
      world.pass(1);
      expect(cloud()).to.equal(9);
      world.request('fuse', 8, { role: 'limit' });
      world.setWallClock(stepMs);
      world.pass(MINUTE);
      expect(cloud(), 'the cooldown of a limit').to.equal(8);
    });

    it(`fires a dead man in time when the wall clock steps by ${stepMs / 1_000} s`, () => {
      world.request('solar', 10, { deadMan: { afterMs: 5 * MINUTE, safeA: 6 } });
      world.pass(MINUTE);
      world.setWallClock(stepMs);
      world.pass(4 * MINUTE - 1);
      expect(world.decisions('solar')).to.deep.equal(['applied']);
      world.pass(1);
      expect(world.decisions('solar')).to.deep.equal(['applied', 'dead-man', 'capped']);
      expect(cloud()).to.equal(6);
    });
  }

  it('reads again after a leap of the wall clock before it decides, and says unchanged only by that reading', () => {
    world.request('solar', MAX);
    world.pass(2 * MINUTE);
    world.foreign(everyPhase(20));
    world.setWallClock(90_000);
    expect(world.reads).to.equal(2);
    expect(world.decisions('solar')).to.deep.equal(['unchanged', 'foreign-change', 'applied']);
    world.request('solar', 20);
    world.pass(2 * MINUTE);
    const { reads } = world;
    world.latency = 800;
    world.setWallClock(60 * MINUTE);
    world.request('solar', 20);
    expect(world.reads).to.equal(reads + 1);
    expect(world.reports.filter(({ decision }) => decision === 'unchanged')).to.have.length(1);
    world.pass(800);
    expect(world.last('solar')).to.include({ decision: 'unchanged' });
  });

  it('uses no reading that was asked for before the wall clock leapt', () => {
    world.latency = 5_000;
    world.request('solar', MAX);
    world.pass(1_000);
    world.setWallClock(60 * MINUTE);
    world.pass(4_500);
    expect(world.decisions('solar'), 'the first answer has come').to.not.include('unchanged');
    world.pass(20_000);
    expect(world.last('solar')).to.include({ decision: 'unchanged' });
    expect(world.reads).to.equal(2);
  });

  it('recalls a raise that waits to leave when the wall clock leaps, and sends it by a new reading', () => {
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.pause();
    world.request('solar', 16);
    world.foreign(everyPhase(8));
    world.setWallClock(60 * MINUTE);
    world.resume();
    expect(world.decisions('solar')).to.include('foreign-change');
    expect(cloud()).to.equal(16);
    expect(tooEarly(world.sent, 'before')).to.deep.equal([]);
  });

  it('lowers what is above a limit although nothing can be read after the wall clock leapt', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.unread = 100;
    world.setWallClock(60 * MINUTE);
    world.request('fuse', 10, { role: 'limit' });
    world.pass(1_000);
    expect(cloud()).to.equal(10);
  });

  it('reads back a lost answer, and keeps no refusal for longer, though the wall clock was set back', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.fates = ['lost-not-acted'];
    world.request('fuse', 10, { role: 'limit' });
    world.setWallClock(-24 * 60 * MINUTE);
    world.pass(MINUTE);
    expect(cloud()).to.equal(10);

    world.refusal = zaptecError('NOT_MANUAL', 'made up');
    world.pass(61 * MINUTE);
    world.request('fuse', 8, { role: 'limit' });
    expect(world.last('fuse')).to.include({ decision: 'refused' });
    world.refusal = undefined;
    world.setWallClock(-24 * 60 * MINUTE);
    world.pass(62 * MINUTE);
    expect(cloud()).to.equal(8);
  });

  it('is idle when no node wants anything', () => {
    world.request('solar', 10);
    expect(world.governor.isIdle).to.equal(false);
    world.withdraw('solar');
    expect(world.governor.isIdle).to.equal(true);
    expect(world.governor.wakeAt).to.equal(Infinity);
  });
});
