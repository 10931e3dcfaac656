import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('a governor that was started again', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  const sent = () => world.sent.map(({ currents }) => currents.phase1);
  const gapMs = () => world.sent[1]!.at - world.sent[0]!.at;

  it('trusts its last write for a minute, in which the cloud may answer with what was set before', () => {
    world.request('solar', 10);
    world.pass(1_000);
    world.restart();
    world.foreign(everyPhase(MAX));
    world.request('solar', 12);
    world.foreign(everyPhase(10));
    world.pass(14 * MINUTE);
    expect(sent(), 'a raise').to.deep.equal([10]);
    world.pass(2 * MINUTE);
    expect(sent()).to.deep.equal([10, 12]);
  });

  it('trusts a reading from a minute after its last write on', () => {
    world.request('solar', 10);
    world.pass(MINUTE);
    world.restart();
    world.foreign(everyPhase(20));
    world.request('solar', 12);
    expect(sent(), 'a lowering').to.deep.equal([10, 12]);
  });

  for (const [what, fate, least, most] of [
    ['that acted, as a reading shows, and lowers after its cooldown', 'lost-acted', MINUTE, MINUTE + 1_000],
    ['that did not act, as a reading shows, and lowers at once', 'lost-not-acted', 1_000, 5_000],
  ] as const) {
    it(`knows of a write whose answer was lost ${what}`, () => {
      world.fates = [fate];
      world.request('solar', 10);
      world.pass(1_000);
      world.restart();
      world.request('fuse', 8, { role: 'limit' });
      world.pass(2 * MINUTE);
      expect(sent()).to.deep.equal([10, 8]);
      expect(gapMs()).to.be.within(least, most);
    });
  }

  it('remembers that such a write has acted, for the next start', () => {
    world.fates = ['lost-acted'];
    world.request('solar', 10);
    const { now } = world;
    world.pass(1_000);
    world.restart();
    world.request('solar', 10);
    world.pass(1_000);
    expect(world.record).to.deep.include({ sentAt: now, doneAt: now, currents: everyPhase(10) });
  });
});

describe('what holds once flows stop', () => {
  it('is the target that they had, also where nothing had to be written for it', () => {
    const world = new GovernedWorld();
    world.request('fuse', 8, { role: 'limit' });
    world.pass(16 * MINUTE);
    world.request('solar', 10);
    world.pass(MINUTE);
    expect(world.last('solar')).to.deep.include({ decision: 'unchanged', applied: everyPhase(8) });
    world.withdraw('solar');
    world.request('fuse', 20, { role: 'limit' });
    world.pass(20 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('is the target that was set, and not one of several that waited', () => {
    const world = new GovernedWorld();
    world.request('fuse', 20, { role: 'limit' });
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.request('solar', 8);
    world.pass(MINUTE);
    world.request('solar', 16);
    world.pass(MINUTE);
    world.withdraw('solar');
    world.pass(30 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });
});
