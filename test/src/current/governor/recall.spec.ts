import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

describe('a write that waits to leave', () => {
  let world: GovernedWorld;
  const sent = () => world.sent.map(({ currents }) => currents.phase1);
  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 10);
    world.pass(16 * MINUTE);
    world.sent.length = 0;
    world.pause();
  });

  it('gives way to a limit that comes meanwhile, which leaves at once', () => {
    world.request('solar', 16);
    world.request('fuse', 6, { role: 'limit' });
    world.resume();
    expect(sent()).to.deep.equal([6]);
    expect(world.last('fuse')).to.include({ decision: 'applied' });
    expect(world.decisions('solar')).to.include('capped');
  });

  it('gives way to a newer wish', () => {
    world.request('solar', 16);
    world.request('solar', 14);
    world.resume();
    expect(sent()).to.deep.equal([14]);
  });

  it('stays where the newer wish is the same, or changes nothing about it', () => {
    world.request('solar', 16);
    world.request('solar', 16);
    world.request('fuse', 20, { role: 'limit' });
    world.resume();
    expect(sent()).to.deep.equal([16]);
  });

  it('does not leave for a wish that was taken back', () => {
    world.request('solar', 16);
    world.withdraw('solar');
    world.resume();
    world.pass(30 * MINUTE);
    expect(sent()).to.deep.equal([]);
  });

  it('gives way to a dead man that fires meanwhile', () => {
    const deadMan = { afterMs: 5 * MINUTE, safeA: 8 };
    world.arm('fuse', { role: 'limit', deadMan });
    world.request('solar', 7);
    world.resume();
    world.pass(16 * MINUTE);
    world.request('fuse', 20, { role: 'limit', deadMan });
    world.sent.length = 0;
    world.pause();
    world.request('solar', 16);
    world.pass(6 * MINUTE);
    world.resume();
    expect(sent()).to.deep.equal([8]);
  });

  it('does not leave for a caller that has given up, nor above a limit that came meanwhile', () => {
    const given = world.oneOff(everyPhase(12));
    world.do({ type: 'cancel-one-off', key: given });
    const above = world.oneOff(everyPhase(12));
    world.request('fuse', 11, { role: 'limit' });
    world.resume();
    expect(sent()).to.deep.equal([]);
    expect(world.answers.get(given)).to.equal(undefined);
    expect(world.answers.get(above)).to.have.nested.property('error.code', 'ABOVE_LIMIT');
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('is not recalled once it has left', () => {
    world.latency = 5_000;
    world.resume();
    world.request('solar', 16);
    world.request('fuse', 6, { role: 'limit' });
    expect(sent()).to.deep.equal([16]);
    world.pass(2 * MINUTE);
    expect(sent()).to.deep.equal([16, 6]);
  });
});
