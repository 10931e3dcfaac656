import { expect } from 'chai';
import { everyPhase, isAbove } from '../../../../src/current/currents';
import { GovernedWorld, MINUTE, type Fate } from '../../../support/governed-world';

describe('a write whose answer was lost', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 10);
    world.pass(16 * MINUTE);
  });

  for (const fate of ['acts-late', 'acts-twice'] as Fate[]) {
    for (const limitMs of [0, 5_000, 40_000, 70_000]) {
      it(`and that ${fate} keeps no limit from holding that comes ${limitMs / 1_000} s later`, () => {
        world.fates = [fate];
        world.request('solar', 16);
        world.pass(limitMs);
        world.request('fuse', 12, { role: 'limit' });
        world.pass(Math.max(1_000, 66_000 - limitMs));
        expect(isAbove(world.cloud, everyPhase(12))).to.equal(false);
        world.pass(4 * MINUTE);
        expect(isAbove(world.cloud, everyPhase(12))).to.equal(false);
      });
    }
  }

  it('and that acts late is nobody else’s change', () => {
    world.fates = ['acts-late'];
    world.request('solar', 16);
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(16));
    expect(world.decisions('solar')).not.to.include('foreign-change');
    expect(world.last('solar')).to.deep.include({ decision: 'unchanged', applied: everyPhase(16) });
  });

  it('is suspected of acting late after a restart as well', () => {
    world.fates = ['acts-late'];
    world.request('solar', 16);
    world.pass(1_000);
    world.restart();
    world.request('fuse', 12, { role: 'limit' });
    world.pass(66_000);
    expect(isAbove(world.cloud, everyPhase(12))).to.equal(false);
  });

  it('is sent again at once where it was a lowering that a reading does not show', () => {
    world.fates = ['lost-not-acted'];
    world.request('solar', 8);
    world.pass(5_000);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });
});
