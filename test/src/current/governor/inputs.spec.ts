import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('a request', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  /** The decisions that one request was answered with; more than one is a fault. */
  const answersTo = (serial: number) => world.reports.filter(({ callers }) => callers.includes(serial));

  for (const [what, currents, role, message] of [
    [
      'is no number on one phase',
      { phase1: 10, phase2: NaN, phase3: 10 },
      'target',
      /A requested current is not a number/,
    ],
    [
      'is endless on one phase',
      { phase1: 10, phase2: 10, phase3: Infinity },
      'limit',
      /A requested current is not a number/,
    ],
    ['is a power on one phase', { phase1: 6, phase2: 3_680.4, phase3: 6 }, 'target', /3680 A per phase \(W meant\?\)/],
    ['is a power', everyPhase(1_001), 'limit', /1001 A per phase \(W meant\?\)/],
    [
      'is above ten times the maximum, for a target',
      everyPhase(10 * MAX + 1),
      'target',
      /251 A per phase \(W meant\?\)/,
    ],
  ] as const) {
    it(`that ${what} is refused with what was asked for, and changes nothing`, () => {
      world.request('solar', 10);
      world.pass(16 * MINUTE);
      const sent = world.sent.length;
      const serial = world.request('other', currents, { role });
      expect(answersTo(serial)).to.have.length(1);
      expect(answersTo(serial)[0]).to.deep.include({ by: 'other', decision: 'refused', requested: currents });
      expect(answersTo(serial)[0]?.error).to.have.property('code', 'INPUT_INVALID');
      expect(answersTo(serial)[0]?.error?.message).to.match(message);
      world.pass(16 * MINUTE);
      expect(world.sent).to.have.length(sent);
    });
  }

  for (const [what, ampere, role] of [
    ['of ten times the maximum is a target', 10 * MAX, 'target'],
    ['of 1,000 A is a limit', 1_000, 'limit'],
  ] as const) {
    it(what, () => {
      const serial = world.request('other', ampere, { role });
      world.pass(16 * MINUTE);
      expect(answersTo(serial).map(({ decision }) => decision)).to.not.include('refused');
      expect(answersTo(serial)).to.have.length.above(0);
    });
  }

  it('for the same once more joins the one that waits: each is answered, with the same', () => {
    world.request('solar', 10);
    world.pass(2 * MINUTE);
    const serials = [world.request('solar', 16), world.request('solar', 16)];
    world.pass(1_000);
    const [first, second] = serials.map((serial) => answersTo(serial));
    expect(first?.map(({ decision }) => decision)).to.deep.equal(['deferred']);
    expect(second?.map(({ decision }) => decision)).to.deep.equal(['deferred']);
    expect(second?.[0]?.until).to.equal(first?.[0]?.until);
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(
      world.decisions('solar').filter((decision) => decision === 'applied'),
      'one for both',
    ).to.have.length(2);
  });

  it('for another value takes the place of the one that has no answer yet', () => {
    world.pause();
    const first = world.request('solar', 10);
    const second = world.request('solar', 12);
    expect(answersTo(first).map(({ decision }) => decision)).to.deep.equal(['superseded']);
    expect(answersTo(first)[0]).to.deep.include({ by: 'solar', requested: everyPhase(10) });
    expect(answersTo(second)).to.deep.equal([]);
    world.resume();
    expect(world.cloud).to.deep.equal(everyPhase(12));
    expect(answersTo(second).map(({ decision }) => decision)).to.deep.equal(['applied']);
  });

  it('that is taken back before it has an answer gets that as its answer, and one that has one gets no other', () => {
    world.pause();
    const serial = world.request('solar', 10);
    world.withdraw('solar');
    expect(answersTo(serial)).to.have.length(1);
    expect(answersTo(serial)[0]).to.deep.include({
      ...{ decision: 'superseded', requested: everyPhase(10), reason: 'It was taken back' },
    });
    world.resume();
    const answered = world.request('fuse', 8, { role: 'limit' });
    world.pass(MINUTE);
    expect(answersTo(answered)).to.have.length(1);
    const reports = world.reports.length;
    world.withdraw('fuse');
    expect(world.reports.slice(reports).filter(({ decision }) => decision === 'superseded')).to.deep.equal([]);
  });

  it('of the newest target alone takes the place of one of another node', () => {
    world.pause();
    const first = world.request('solar', 10);
    const second = world.request('price', 12);
    expect(answersTo(first).map(({ decision }) => decision)).to.deep.equal(['superseded']);
    world.resume();
    expect(world.cloud).to.deep.equal(everyPhase(12));
    expect(answersTo(second).map(({ decision }) => decision)).to.deep.equal(['applied']);
  });

  it('of a node that was deployed with another role no longer counts in the old one', () => {
    world.request('node', 8, { role: 'limit' });
    world.pass(MINUTE);
    world.request('solar', 16);
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
    world.arm('node', { role: 'target' });
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
  });

  it('of a node that was deployed with the same role goes on to count', () => {
    world.request('node', 8, { role: 'limit' });
    world.pass(MINUTE);
    world.arm('node', { role: 'limit' });
    world.request('solar', 16);
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });

  it('that does not come in time leaves the safe value of its node, which is reported once to nobody in particular', () => {
    world.request('fuse', 20, { role: 'limit', deadMan: { afterMs: 5 * MINUTE, safeA: 7 } });
    world.pass(30 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(7));
    const fired = world.reports.filter(({ decision }) => decision === 'dead-man');
    expect(fired).to.have.length(1);
    expect(fired[0]).to.deep.include({
      ...{ by: 'fuse', callers: [], requested: everyPhase(7) },
      reason: 'No valid value came in time: at most 7 A until one comes',
    });
  });

  it('for the same once more, before the first has an answer, shares the write and the answer of that', () => {
    world.pause();
    const serials = [world.request('solar', 10), world.request('solar', 10)];
    expect(world.recalls).to.equal(0);
    world.resume();
    expect(world.sent).to.have.length(1);
    expect(world.reports.map(({ decision, callers }) => [decision, callers])).to.deep.equal([['applied', serials]]);
  });

  it('of a node that was deployed with another role gets that as its answer', () => {
    world.pause();
    const serial = world.request('node', 8);
    world.arm('node', { role: 'limit' });
    expect(answersTo(serial).map(({ decision, reason }) => [decision, reason])).to.deep.equal([
      ['superseded', 'It was taken back'],
    ]);
  });

  it('for a limit takes the place of no target', () => {
    world.request('solar', 8);
    world.pass(2 * MINUTE);
    world.request('solar', 16);
    world.request('fuse', 12, { role: 'limit' });
    expect(world.decisions('solar')).to.not.include('superseded');
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(12));
    expect(world.last('solar')).to.deep.include({ decision: 'applied', allowed: everyPhase(12) });
  });

  it('for a target ends what another node was giving back', () => {
    world.request('solar', 0, { restores: true });
    world.pass(MINUTE);
    world.withdraw('solar');
    world.do({ type: 'release', by: 'solar' });
    world.request('price', 8);
    world.pass(60 * MINUTE);
    world.withdraw('price');
    expect(world.governor.isIdle).to.equal(true);
    expect(world.decisions('solar')).to.deep.equal(['applied', 'deferred']);
  });
});
