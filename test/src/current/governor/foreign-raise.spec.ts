import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

describe('a foreign raise above a limit', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.request('fuse', 10, { role: 'limit' });
    world.pass(90_000);
  });

  const observe = (ampere: number) =>
    world.do({ type: 'observed', chargers: [everyPhase(ampere)], agrees: ampere > 10 ? false : true });

  it('is lowered at once where observations show it', () => {
    world.foreign(everyPhase(25));
    observe(20);
    world.pass(1_000);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.decisions('fuse')).to.include('foreign-change');
  });

  it('is lowered within 15 seconds of an observation where the current was read a moment ago', () => {
    world.pass(5 * MINUTE);
    const { reads } = world;
    world.foreign(everyPhase(25));
    observe(10);
    world.pass(1_000);
    observe(20);
    world.pass(15_000);
    expect(world.reads).to.be.within(reads, reads + 1);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('is lowered within five minutes where nothing is observed', () => {
    world.foreign(everyPhase(25));
    world.pass(5 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('is lowered within five minutes of the last observation', () => {
    for (let minute = 0; minute < 10; minute += 1) {
      observe(10);
      world.pass(MINUTE);
    }
    world.foreign(everyPhase(25));
    world.pass(5 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
  });

  it('that readings deny, as with a charger in stand-alone mode, costs few readings', () => {
    const { reads } = world;
    for (let second = 0; second < 3_600; second += 5) {
      observe(20);
      world.pass(5_000);
    }
    expect(world.reads - reads).to.be.within(20, 32);
    expect(world.decisions('fuse')).to.deep.equal(['applied', 'not-following']);
  });

  it('costs no more than a reading an hour where observations agree', () => {
    const { reads } = world;
    for (let minute = 0; minute < 120; minute += 1) {
      observe(10);
      world.pass(MINUTE);
    }
    expect(world.reads - reads).to.equal(2);
  });
});
