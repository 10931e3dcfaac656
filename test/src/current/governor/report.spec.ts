import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('the report of a governor', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  for (const [what, currents, reason] of [
    ['of 5.9 A says that this pauses', everyPhase(5.9), 'Below 6 A nothing flows: this pauses'],
    ['of 0.1 A says that this pauses', everyPhase(0.1), 'Below 6 A nothing flows: this pauses'],
    ['of 6 A says nothing more', everyPhase(6), undefined],
    ['of 0 A says nothing more', everyPhase(0), undefined],
    ['of three values names the lowest', { phase1: 10, phase2: 16, phase3: 8 }, 'The lowest phase counts: 8 A'],
    ['of two values names the lower', { phase1: 9, phase2: 9, phase3: 16 }, 'The lowest phase counts: 9 A'],
    [
      'of one phase names the pause of the others',
      { phase1: 16, phase2: 0, phase3: 0 },
      'The lowest phase counts: 0 A',
    ],
  ] as const) {
    it(what, () => {
      world.request('solar', currents);
      world.pass(MINUTE);
      expect(world.last('solar')).to.deep.include({ decision: 'applied', requested: currents, applied: currents });
      expect(world.last('solar')?.reason).to.equal(reason);
      expect(world.last('solar')).to.not.have.any.keys('allowed', 'until', 'error');
    });
  }

  it('names the value that was set before where nothing has to change', () => {
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    const serial = world.request('solar', 10);
    world.pass(1_000);
    expect(world.last('solar')).to.deep.include({ decision: 'unchanged', callers: [serial], applied: everyPhase(10) });
  });

  for (const [what, ampere, limit, reason, held] of [
    ['the maximum', 30, undefined, 'Held at 25 A by the maximum of 25 A', MAX],
    ['a limit', 16, 8, 'Held at 8 A by another limit', 8],
    ['a limit below a maximum that is lower than the target as well', 30, 8, 'Held at 8 A by another limit', 8],
    ['the maximum where a limit is higher', 30, 28, 'Held at 25 A by the maximum of 25 A', MAX],
  ] as const) {
    it(`says once that ${what} holds a target, and what the target may have`, () => {
      if (limit !== undefined) world.request('fuse', limit, { role: 'limit' });
      world.pass(MINUTE);
      world.request('solar', ampere);
      world.pass(40 * MINUTE);
      const capped = world.reports.filter(({ by, decision }) => by === 'solar' && decision === 'capped');
      expect(capped).to.have.length(1);
      expect(capped[0]).to.deep.include({
        ...{ callers: [], requested: everyPhase(ampere), allowed: everyPhase(held), reason },
      });
      const answer = world.reports.find(({ by, callers }) => by === 'solar' && callers.length > 0);
      expect(answer).to.deep.include({ requested: everyPhase(ampere), allowed: everyPhase(held) });
    });
  }

  it('says again that a target is held where it is at another value, or after it was not held', () => {
    const held = () =>
      world.reports
        .filter(({ by, decision }) => by === 'solar' && decision === 'capped')
        .map((one) => one.allowed?.phase1);
    world.request('solar', 16);
    world.pass(16 * MINUTE);
    expect(held()).to.deep.equal([]);
    for (const limit of [10, 8, 16, 8]) {
      world.request('fuse', limit, { role: 'limit' });
      world.pass(40 * MINUTE);
    }
    expect(held()).to.deep.equal([10, 8, 8]);
  });

  it('does not say of a limit what other limits allow once it is set', () => {
    world.request('fuse', 8, { role: 'limit' });
    world.pass(MINUTE);
    world.request('cellar', 12, { role: 'limit' });
    world.pass(MINUTE);
    expect(world.last('cellar')).to.deep.include({ requested: everyPhase(12), applied: everyPhase(8) });
    expect(world.last('cellar')).to.not.have.property('allowed');
  });

  it('says when the phases will rise where only those that fall could be set', () => {
    world.request('solar', 12);
    world.pass(2 * MINUTE);
    const wanted = { phase1: 8, phase2: 16, phase3: 12 };
    const serial = world.request('solar', wanted);
    world.pass(2 * MINUTE);
    const early = world.reports.find(({ callers }) => callers.includes(serial));
    expect(early).to.deep.include({ decision: 'lowered-early', requested: wanted });
    expect(early?.applied).to.deep.equal({ phase1: 8, phase2: 12, phase3: 12 });
    const risesAt = Date.parse(early!.until!);
    world.pass(40 * MINUTE);
    expect(world.last('solar')).to.deep.include({ decision: 'applied', applied: wanted });
    expect(world.sent.at(-1)?.at).to.be.within(risesAt - 2_000, risesAt + MINUTE);
  });

  it('says once for each time that a raise has to wait for, and until when', () => {
    world.request('solar', 8);
    world.pass(2 * MINUTE);
    const setAt = world.sent.at(-1)!.at;
    const serial = world.request('solar', 16);
    world.pass(10 * MINUTE);
    const deferred = world.reports.filter(({ decision }) => decision === 'deferred');
    expect(deferred).to.have.length(1);
    expect(deferred[0]).to.deep.include({ callers: [serial], requested: everyPhase(16), applied: everyPhase(8) });
    expect(Date.parse(deferred[0]!.until!) - setAt).to.be.within(15 * MINUTE, 15 * MINUTE + 10_000);
  });

  it('says what a raise will get where a limit holds it while it waits', () => {
    world.request('fuse', 12, { role: 'limit' });
    world.request('solar', 8);
    world.pass(2 * MINUTE);
    world.request('solar', 16);
    world.pass(1_000);
    expect(world.last('solar')).to.deep.include({ decision: 'deferred', allowed: everyPhase(12) });
  });

  it('tells a limit that may not rise yet from when on it may, once for each request', () => {
    world.request('fuse', 8, { role: 'limit' });
    world.pass(2 * MINUTE);
    const until = new Date(world.wallNow + 13 * MINUTE).toISOString();
    const serials = [world.request('fuse', 12, { role: 'limit' }), world.request('fuse', 12, { role: 'limit' })];
    world.pass(2 * MINUTE);
    for (const serial of serials) {
      const answers = world.reports.filter(({ callers }) => callers.includes(serial));
      expect(answers).to.have.length(1);
      expect(answers[0]).to.deep.include({ by: 'fuse', decision: 'deferred', until, requested: everyPhase(12) });
    }
  });

  it('says nothing again of a limit that is set, while a target waits', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.request('solar', 8);
    world.pass(2 * MINUTE);
    world.request('solar', 16);
    world.pass(5 * MINUTE);
    expect(world.decisions('fuse')).to.deep.equal(['applied']);
  });

  it('says of a limit that waits what other limits will leave of it', () => {
    world.request('cellar', 12, { role: 'limit' });
    world.request('fuse', 8, { role: 'limit' });
    world.pass(2 * MINUTE);
    world.request('fuse', 16, { role: 'limit' });
    expect(world.last('fuse')).to.deep.include({ decision: 'deferred', allowed: everyPhase(12) });
  });

  for (const [what, ampere, reason] of [
    ['a raise waits for a limit that has no value yet', 16, 'Another target or limit is new and has no value yet'],
    ['a lowering waits for it as well', 8, 'Another target or limit is new and has no value yet'],
  ] as const) {
    it(`says that ${what}`, () => {
      world.request('solar', 10);
      world.pass(20 * MINUTE);
      world.arm('fuse', { role: 'limit' });
      world.pass(1_000);
      world.request('solar', ampere);
      expect(world.last('solar')).to.deep.include({ decision: 'deferred', reason });
    });
  }

  it('gives no reason for a raise that waits for the interval alone', () => {
    world.request('solar', 8);
    world.pass(2 * MINUTE);
    world.request('solar', 16);
    expect(world.last('solar')?.decision).to.equal('deferred');
    expect(world.last('solar')?.reason).to.equal(undefined);
  });

  it('says once that a target which waited is refused, and nothing of a limit that is set', () => {
    world.request('fuse', 20, { role: 'limit' });
    world.pass(16 * MINUTE);
    world.request('solar', 8);
    world.request('solar', 16);
    world.refusal = zaptecError('ROLE_MISSING', 'made up');
    world.pass(20 * MINUTE);
    expect(world.decisions('solar')).to.deep.equal(['applied', 'deferred', 'refused']);
    expect(world.decisions('fuse')).to.deep.equal(['applied']);
  });

  it('says once which target counts, however often nothing changes', () => {
    world.request('price', 8, { combine: 'lowest' });
    world.request('solar', 16, { combine: 'lowest' });
    const outranked = () => world.told.filter(({ by, decision }) => by === 'solar' && decision === 'outranked');
    expect(outranked()).to.have.length(1);
    for (let tick = 0; tick < 3; tick += 1) world.do({ type: 'tick' });
    expect(outranked()).to.have.length(1);
  });
});
