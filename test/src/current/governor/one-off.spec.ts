import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('a single write of a current', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.request('fuse', 20, { role: 'limit' });
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(20));
    world.sent.length = 0;
  });

  const answerTo = (key: number) => world.answers.get(key);
  const messageOf = (key: number) => (answerTo(key)?.error as Error | undefined)?.message;

  it('that is set already succeeds without a write', () => {
    const key = world.writeOnce(everyPhase(20));
    world.pass(MINUTE);
    expect(answerTo(key)).to.deep.equal({ ok: true, sent: false });
    expect(world.sent).to.deep.equal([]);
  });

  it('that is set already goes along with other settings', () => {
    world.do({ type: 'one-off', key: 1_000, hasOthers: true, currents: everyPhase(20) });
    world.pass(MINUTE);
    expect(answerTo(1_000)).to.deep.equal({ ok: true, sent: true });
    expect(world.sent.map(({ currents }) => currents)).to.deep.equal([everyPhase(20)]);
  });

  it('above the limit or the maximum is refused with both values, and not sent', () => {
    const above = world.writeOnce(everyPhase(21));
    const far = world.writeOnce(everyPhase(MAX + 1));
    world.pass(MINUTE);
    expect(answerTo(above)?.ok).to.equal(false);
    expect(answerTo(above)?.error?.code).to.equal('ABOVE_LIMIT');
    expect(messageOf(above)).to.include('21 A is more than the limit of 20 A');
    expect(answerTo(far)?.error?.code).to.equal('ABOVE_MAXIMUM');
    expect(messageOf(far)).to.include('26 A is more than the maximum of 25 A');
    expect(world.sent).to.deep.equal([]);
  });

  it('that comes too soon names the time from which it may be sent: a lowering sooner than a raise', () => {
    expect(answerTo(world.writeOnce(everyPhase(10)))).to.deep.equal({ ok: true, sent: true });
    const after = (ms: number) => new Date(world.wallNow + ms).toISOString();
    const soon = 'The current was set a moment ago, and';
    const lower = world.writeOnce(everyPhase(8));
    const raise = world.writeOnce(everyPhase(12));
    expect(answerTo(lower)?.error?.code).to.equal('TOO_SOON');
    expect(messageOf(lower)).to.include(`${soon} 8 A may be set from ${after(MINUTE)} on`);
    expect(messageOf(raise)).to.include(`${soon} 12 A may be set from ${after(15 * MINUTE)} on`);
    const both = world.writeOnce({ phase1: 12, phase2: 8, phase3: 10 });
    expect(messageOf(both), 'one phase rises').to.include(`may be set from ${after(15 * MINUTE)} on`);
    world.pass(MINUTE);
    expect(answerTo(world.writeOnce(everyPhase(8)))).to.deep.equal({ ok: true, sent: true });
  });

  it('is tried five times at most, each time after a longer wait', () => {
    world.fates = Array<'rejected'>(20).fill('rejected');
    const key = world.writeOnce(everyPhase(10));
    expect(world.sent).to.have.length(1);
    expect(answerTo(key)).to.equal(undefined);
    world.pass(5 * MINUTE);
    expect(answerTo(key)).to.include({ ok: false });
    const times = world.sent.map(({ at }) => at);
    expect(times).to.have.length(5);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(waits[0]).to.be.at.least(400);
    expect(waits).to.deep.equal([...new Set(waits)].sort((a, b) => a - b));
  });

  it('is given back after a restart too, when a target that came later is withdrawn for good', () => {
    world.withdraw('fuse');
    world.writeOnce(everyPhase(14));
    expect(world.cloud).to.deep.equal(everyPhase(14));
    world.restart();
    world.pass(16 * MINUTE);
    world.request('solar', 8, { restores: true });
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
    world.withdraw('solar');
    world.do({ type: 'release', by: 'solar' });
    world.pass(16 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(14));
  });

  it('of other settings carries along what is set now, which somebody else may have set a moment ago', () => {
    world.pass(MINUTE);
    world.foreign(everyPhase(12));
    const reads = world.reads;
    const key = world.writeOnce();
    expect(answerTo(key)).to.deep.equal({ ok: true, sent: true });
    expect(world.sent.map(({ currents }) => currents)).to.deep.equal([everyPhase(12)]);
    expect(world.reads).to.equal(reads + 1);
    expect(world.readsFresh.at(-1)).to.equal(true);
  });

  it('of other settings needs one reading alone where the cloud keeps a state for a while', () => {
    world.withdraw('fuse');
    world.readingAgeMs = 15_000;
    world.reads = 0;
    const key = world.writeOnce();
    world.pass(1_000);
    expect(answerTo(key)).to.deep.equal({ ok: true, sent: true });
    expect(world.reads).to.equal(1);
  });

  it('is compared with a reading of the last ten minutes', () => {
    world.withdraw('fuse');
    world.pass(11 * MINUTE);
    world.foreign(everyPhase(8));
    expect(answerTo(world.writeOnce(everyPhase(20)))).to.deep.equal({ ok: true, sent: true });
    expect(world.cloud).to.deep.equal(everyPhase(20));
  });

  it('that was given up while it is under way takes nothing from the next one', () => {
    world.latency = 1_000;
    world.fates = ['rejected'];
    const given = world.writeOnce(everyPhase(10));
    const next = world.writeOnce(everyPhase(9));
    world.do({ type: 'cancel-one-off', key: given });
    world.pass(5_000);
    expect(answerTo(given)).to.equal(undefined);
    expect(answerTo(next)).to.deep.equal({ ok: true, sent: true });
    expect(world.sent[1]!.at - world.sent[0]!.at).to.equal(1_000);
  });

  it('is tried for two minutes at most, however long each try takes', () => {
    world.latency = 40_000;
    world.fates = Array<'rejected'>(20).fill('rejected');
    const key = world.writeOnce(everyPhase(10));
    world.pass(160_000);
    expect(answerTo(key)).to.include({ ok: false });
    expect(world.sent).to.have.length(3);
  });

  for (const [what, currents, fate, ok] of [
    ['of other settings is not proven by the current that was there before', undefined, 'lost-acted', false],
    ['is proven by the current that it set', everyPhase(10), 'lost-acted', true],
    ['is not proven where the current is what it was', everyPhase(10), 'lost-not-acted', false],
  ] as const) {
    it(`whose answer was lost ${what}`, () => {
      world.fates = [fate];
      const key = world.writeOnce(currents);
      world.pass(10_000);
      expect(answerTo(key)).to.have.property('ok', ok);
      if (!ok) expect(answerTo(key)?.error?.code).to.equal('NETWORK');
      expect(world.sent).to.have.length(1);
    });
  }
});
