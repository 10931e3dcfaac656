import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

/** The cloud keeps the state of a charger for 15 s (docs/zaptec-api.md, "Charger state"). */
const KEPT_MS = 15_000;

describe('a place whose state the cloud keeps for a while', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.readingAgeMs = KEPT_MS;
    world.request('own', 10);
    world.pass(16 * MINUTE);
    world.reads = 0;
  });

  it('is read once after a write whose answer was lost, when a reading shows what has become of it', () => {
    world.fates = ['lost-acted'];
    world.request('own', 16);
    world.pass(KEPT_MS - 1);
    expect(world.reads).to.equal(0);
    world.pass(MINUTE);
    expect(world.reads).to.equal(1);
    expect(world.last('own')).to.deep.include({ decision: 'applied', applied: everyPhase(16) });
  });

  it('is read once after a leap of the wall clock', () => {
    world.setWallClock(60 * MINUTE);
    world.request('own', 12);
    world.pass(MINUTE);
    expect(world.reads).to.equal(1);
    expect(world.last('own')).to.deep.include({ decision: 'applied', applied: everyPhase(12) });
  });

  it('is read ever more seldom where no reading is of any use', () => {
    world.setWallClock(60 * MINUTE);
    world.readingAgeMs = 5 * MINUTE;
    world.request('own', 12);
    world.pass(3 * MINUTE);
    expect(world.reads).to.be.within(1, 3);
  });

  it('gets a limit at once although no reading can show what was set', () => {
    world.fates = ['lost-not-acted'];
    world.request('own', 16);
    world.pass(1_000);
    world.request('fuse', 8, { role: 'limit' });
    world.pass(3_000);
    expect(world.cloud).to.deep.equal(everyPhase(8));
  });
});
