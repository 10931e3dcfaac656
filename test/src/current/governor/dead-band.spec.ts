import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

describe('a lowering within the dead band', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 16, { deadBandA: 1 });
    world.pass(14 * MINUTE);
  });

  it('of a target is dropped, so that the next raise need not wait for it', () => {
    world.request('solar', 15.9, { deadBandA: 1 });
    expect(world.last('solar')?.decision).to.equal('dropped');
    world.request('solar', 20, { deadBandA: 1 });
    world.pass(MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(20));
  });

  it('of a limit is sent', () => {
    world.request('fuse', 15.9, { role: 'limit', deadBandA: 1 });
    expect(world.cloud).to.deep.equal(everyPhase(15.9));
  });

  it('of a target is sent where it pauses', () => {
    world.request('solar', 6, { deadBandA: 1 });
    world.pass(2 * MINUTE);
    world.request('solar', 5.9, { deadBandA: 1 });
    world.pass(2 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(5.9));
  });
});
