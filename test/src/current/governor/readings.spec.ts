import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('a reading of a governor', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  const observe = (ampere: number, agrees: boolean | undefined) =>
    world.do({ type: 'observed', chargers: [everyPhase(ampere)], agrees });

  it('costs nothing while no node wants anything', () => {
    world.arm('solar');
    observe(16, undefined);
    world.pass(24 * 60 * MINUTE);
    expect(world.reads).to.equal(0);
    world.request('solar', 10);
    expect(world.reads).to.equal(1);
    world.withdraw('solar');
    world.pass(24 * 60 * MINUTE);
    expect(world.reads).to.equal(1);
  });

  it('that has not come yet is not guessed from what the chargers take', () => {
    world.latency = 5_000;
    world.request('solar', 10);
    observe(16, false);
    observe(16, true);
    world.pass(MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.reads).to.equal(1);
  });

  it('shows that somebody else has lowered the current, which observations alone contradict', () => {
    world.request('solar', 16);
    world.pass(30 * MINUTE);
    const { reads } = world;
    world.foreign(everyPhase(9));
    observe(9, false);
    world.pass(1_000);
    expect(world.reads).to.equal(reads + 1);
    expect(world.decisions('solar')).to.include('foreign-change');
  });

  it('that shows a value of somebody else lets a target that insists report when it is set again', () => {
    world.request('solar', 10, { foreign: 'reassert' });
    world.pass(30 * MINUTE);
    world.foreign(everyPhase(MAX));
    world.pass(90 * MINUTE);
    expect(world.cloud).to.deep.equal(everyPhase(10));
    expect(world.decisions('solar')).to.deep.equal(['applied', 'foreign-change', 'applied']);
  });

  it('without a current says so, and a limit is written all the same', () => {
    world.latency = 1_000;
    world.request('solar', 10);
    const untold = () =>
      world.do({
        type: 'reading',
        reading: {
          currents: undefined,
          maxCurrent: MAX,
          at: world.now,
          refusal: undefined,
          fingerprint: 'a',
        },
      });
    untold();
    expect(world.last('solar')).to.include({ decision: 'deferred' });
    expect(world.last('solar')?.error?.code).to.equal('BAD_ANSWER');
    expect(world.last('solar')?.reason).to.include('Zaptec does not tell the available current');
    expect(world.sent).to.deep.equal([]);
    world.request('fuse', 8, { role: 'limit' });
    expect(world.sent.map(({ currents }) => currents)).to.deep.equal([everyPhase(8)]);
  });
});

describe('what a governor shows', () => {
  it('are the requests of nodes by name, when a current may rise, and who has left a pause', () => {
    const world = new GovernedWorld();
    expect(world.governor.requests).to.deep.equal([]);
    expect(world.governor.raiseAt).to.equal(-Infinity);
    world.arm('idle');
    world.request('solar', 0, { name: 'Sun' });
    world.request('fuse', 16, { role: 'limit' });
    expect(world.governor.requests).to.deep.equal([
      { by: 'solar', name: 'Sun', role: 'target', currents: everyPhase(0) },
      { by: 'fuse', name: 'fuse', role: 'limit', currents: everyPhase(16) },
    ]);
    expect(world.governor.raiseAt).to.equal(world.now + 15 * MINUTE);
    expect(world.governor.leftPause(world.now), 'a target asks for it').to.equal(undefined);
    world.withdraw('solar');
    world.do({ type: 'release', by: 'solar' });
    world.pass(2 * MINUTE);
    const left = { by: 'Sun', currents: everyPhase(0) };
    expect(world.governor.leftPause(world.now)).to.deep.include(left);
    const { ageMs } = world.governor.leftPause(world.now)!;
    expect(world.governor.leftPause(world.now + 500)).to.deep.equal({ ...left, ageMs: ageMs + 500 });
  });

  it('is no pause where cars may charge, or where nothing is known', () => {
    const world = new GovernedWorld();
    expect(world.governor.leftPause(world.now)).to.equal(undefined);
    world.request('fuse', 16, { role: 'limit' });
    world.pass(MINUTE);
    expect(world.governor.leftPause(world.now)).to.equal(undefined);
  });
});
