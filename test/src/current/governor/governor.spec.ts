import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { GovernedWorld, MAX, MINUTE, tooEarly } from '../../../support/governed-world';

describe('the governor', () => {
  let world: GovernedWorld;
  beforeEach(() => (world = new GovernedWorld()));
  const cloud = () => world.cloud.phase1;

  it('holds the newest target under every limit and tells whom it holds back', () => {
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

  it('lets phases that fall fall and phases that rise wait', () => {
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

  it('leaves out what changes nothing below 6 A, so that it does not hold up the raise that lets charging begin', () => {
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
    expect(cloud(), '0 that is wished is set').to.equal(0);
    world.pass(16 * MINUTE);
    world.request('solar', 5);
    expect(cloud()).to.equal(0);
  });

  it('lowers a limit below 6 A all the same, and does what is asked for once', () => {
    world.request('fuse', 5, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.request('fuse', 3, { role: 'limit' });
    expect(cloud()).to.equal(3);
    world.withdraw('fuse');
    world.pass(16 * MINUTE);
    const key = world.oneOff(everyPhase(2));
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

  it('waits for a lowering where a node does not want it at once', () => {
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

  it('keeps the safe value of a dead man that has fired over a deploy, until a valid wish comes', () => {
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
    it(`when somebody else sets a value: ${foreign}`, () => {
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

  it('lowers at once what somebody else has raised above a limit', () => {
    world.request('fuse', 10, { role: 'limit', foreign: 'yield' });
    world.pass(30 * MINUTE);
    world.foreign(everyPhase(20));
    world.request('fuse', 10, { role: 'limit', foreign: 'yield' });
    world.pass(1_000);
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
    world.pass(1_000);
    expect(cloud()).to.equal(16);
  });

  it('says unchanged only by a reading that is younger than ten minutes, and costs nothing meanwhile', () => {
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

  it('tells when the chargers take more than was set', () => {
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

  it('is refused until the situation changes', () => {
    world.refusal = zaptecError('NOT_MANUAL', 'made up');
    world.request('solar', 10);
    world.request('solar', 9);
    world.oneOff(everyPhase(5));
    expect(world.decisions('solar')).to.deep.equal(['refused', 'refused']);
    expect(world.reads).to.equal(1);
    world.refusal = undefined;
    world.fingerprint = 'b';
    world.pass(61 * MINUTE);
    expect(cloud()).to.equal(9);
  });

  it('looks again after a deploy before it sends what was refused, and after no other node', () => {
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

  it('does not raise in haste what failed before a lowering whose answer was lost', () => {
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

  it('does not take other settings for set because the currents that went along are there', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(16 * MINUTE);
    world.fates = ['lost-not-acted'];
    const key = world.oneOff();
    world.pass(MINUTE);
    expect(world.answers.get(key)).to.deep.include({ ok: false });
  });

  it('remembers over a restart what was set by hand', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(16 * MINUTE);
    world.oneOff(everyPhase(10));
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
    const key = world.oneOff(everyPhase(9));
    world.pass(5 * MINUTE);
    expect(world.sent.length).to.be.within(2, 5);
    expect(world.answers.get(key)).to.have.nested.property('error.code', 'TOO_SOON');
  });

  it('resends a lowering although nobody can tell whether it acted', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.fates = ['lost-not-acted'];
    world.failingReads = 3;
    world.request('fuse', 10, { role: 'limit' });
    world.pass(20_000);
    expect(cloud()).to.equal(10);
  });

  it('does not raise what may have been lowered by a write in doubt', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.fates = ['lost-acted'];
    world.failingReads = 3;
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
    world.now -= 5 * 60 * MINUTE;
    world.request('solar', 12);
    expect(Date.parse(world.last('solar')!.until!)).to.equal(world.now + 15 * MINUTE);
    world.restart();
    world.now -= 60 * MINUTE;
    world.request('solar', 12);
    expect(Date.parse(world.last('solar')!.until!)).to.equal(world.now + 15 * MINUTE);
  });

  it('reads back a lost answer, and believes no refusal for longer, though the clock was set back', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.fates = ['lost-not-acted'];
    world.request('fuse', 10, { role: 'limit' });
    world.now -= 24 * 60 * MINUTE;
    world.do({ type: 'tick' });
    world.pass(MINUTE);
    expect(cloud()).to.equal(10);

    world.refusal = zaptecError('NOT_MANUAL', 'made up');
    world.pass(61 * MINUTE);
    world.request('fuse', 8, { role: 'limit' });
    expect(world.last('fuse')).to.include({ decision: 'refused' });
    world.refusal = undefined;
    world.now -= 24 * 60 * MINUTE;
    world.do({ type: 'tick' });
    world.pass(62 * MINUTE);
    expect(cloud()).to.equal(8);
  });

  it('rests when nobody wants anything', () => {
    world.request('solar', 10);
    expect(world.governor.isIdle).to.equal(false);
    world.withdraw('solar');
    expect(world.governor.isIdle).to.equal(true);
    expect(world.governor.wakeAt).to.equal(Infinity);
  });
});
