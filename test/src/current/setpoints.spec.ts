import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { namesOf, Setpoints } from '../../../src/current/setpoints';
import type { RequestSettings } from '../../../src/current/types';
import { MINUTE, settings } from '../../support/governed-world';

const MAX = 25;
const DEAD_MAN = { afterMs: 5 * MINUTE, safeA: 6 };
type Over = Partial<RequestSettings>;

describe('the setpoints', () => {
  let setpoints: Setpoints;
  let serial: number;

  beforeEach(() => {
    setpoints = new Setpoints();
    serial = 0;
  });

  const arm = (by: string, over: Over = {}, now = 0) => setpoints.arm({ ...settings(by), ...over }, now);
  const put = (by: string, ampere: number, over: Over = {}, now = 0) =>
    setpoints.put({ ...settings(by), ...over, currents: everyPhase(ampere) }, ++serial, now);
  const limit = (by: string, ampere: number, over: Over = {}, now = 0) =>
    put(by, ampere, { role: 'limit', ...over }, now);
  const desired = (base = 20) => setpoints.desired(everyPhase(base), MAX).phase1;

  it('round down what they set, targets and limits, but leave a value of others as it is', () => {
    put('solar', 10.09);
    expect(desired()).to.equal(10);
    limit('fuse', 9.19);
    expect(desired()).to.equal(9.1);
    setpoints.remove('solar');
    setpoints.remove('fuse');
    expect(desired(7.77)).to.equal(7.77);
    expect(setpoints.desired(everyPhase(20), 12.34).phase1).to.equal(12.34);
    put('solar', 16);
    expect(setpoints.desired(everyPhase(20), 12.34).phase1, 'a target below the maximum').to.equal(12.3);
    setpoints.remove('solar');
    setpoints.setOthers([{ currents: everyPhase(8.88), lastInputAt: 0, deadManFired: false }]);
    expect(desired(), 'a limit of another machine').to.equal(8.8);
  });

  it('are limited by a limit, by a dead man that has fired, and by another machine, and by no target', () => {
    put('solar', 10, { deadMan: DEAD_MAN });
    expect(setpoints.isLimited).to.equal(false);
    expect(setpoints.limit).to.deep.equal(everyPhase(Infinity));
    setpoints.fireDeadMen(5 * MINUTE);
    expect(setpoints.isLimited).to.equal(true);
    expect(setpoints.limit).to.deep.equal(everyPhase(6));
    setpoints.remove('solar');
    expect(setpoints.isLimited).to.equal(false);
    arm('fuse', { role: 'limit', deadMan: DEAD_MAN }, 5 * MINUTE);
    expect(setpoints.isLimited).to.equal(false);
    setpoints.fireDeadMen(10 * MINUTE);
    expect(setpoints.isLimited, 'a limit that never had a value').to.equal(true);
    limit('fuse', 12, { deadMan: DEAD_MAN }, 10 * MINUTE);
    expect(setpoints.limit).to.deep.equal(everyPhase(12));
    setpoints.remove('fuse');
    setpoints.setOthers([{ currents: everyPhase(9), lastInputAt: 0, deadManFired: false }]);
    expect(setpoints.isLimited).to.equal(true);
  });

  it('keep the limits of other machines only where a node here has the same current', () => {
    setpoints.setOthers([{ currents: everyPhase(9), lastInputAt: 0, deadManFired: false }]);
    expect(setpoints.isLive).to.equal(false);
    arm('solar');
    expect(setpoints.isLive).to.equal(true);
    setpoints.setOthers([{ lastInputAt: 0, deadManFired: false }]);
    expect(setpoints.isLive, 'one without a value limits nothing').to.equal(false);
  });

  it('fire the dead man of another machine three seconds later than that machine itself', () => {
    arm('solar');
    setpoints.setOthers([{ currents: everyPhase(20), lastInputAt: 0, deadMan: DEAD_MAN, deadManFired: false }]);
    expect(setpoints.deadManAt).to.equal(5 * MINUTE + 3_000);
    setpoints.fireDeadMen(5 * MINUTE + 2_999);
    expect(setpoints.limit).to.deep.equal(everyPhase(20));
    expect(setpoints.fireDeadMen(5 * MINUTE + 3_000)).to.deep.equal([]);
    expect(setpoints.limit).to.deep.equal(everyPhase(6));
    expect(setpoints.deadManAt).to.equal(Infinity);
  });

  it('are limited by the dead man of another machine that never had a value', () => {
    arm('solar');
    setpoints.setOthers([{ lastInputAt: 0, deadMan: DEAD_MAN, deadManFired: false }]);
    expect([setpoints.isLive, setpoints.isLimited]).to.deep.equal([false, false]);
    setpoints.fireDeadMen(5 * MINUTE + 3_000);
    expect([setpoints.isLive, setpoints.isLimited]).to.deep.equal([true, true]);
    expect(desired()).to.equal(6);
  });

  it('ask for no time of a dead man of another machine while no node here has the current', () => {
    setpoints.setOthers([{ lastInputAt: 0, deadMan: DEAD_MAN, deadManFired: false }]);
    expect(setpoints.deadManAt).to.equal(Infinity);
  });

  it('keep a dead man that has fired over a deploy, unless the node has none any more or another role', () => {
    const fired = (over: Over) => {
      setpoints = new Setpoints();
      put('solar', 16, { deadMan: DEAD_MAN });
      setpoints.fireDeadMen(5 * MINUTE);
      arm('solar', over, 6 * MINUTE);
      return setpoints.get('solar')?.deadManFired;
    };
    expect(fired({ deadMan: DEAD_MAN })).to.equal(true);
    expect(fired({})).to.equal(false);
    expect(fired({ deadMan: DEAD_MAN, role: 'limit' })).to.equal(false);
  });

  it('name several nodes for people', () => {
    expect(namesOf([{ settings: settings('solar') }, { settings: { ...settings('p'), name: 'Price' } }])).to.equal(
      'solar and Price',
    );
  });

  it('tell the other machines their limits and dead men, and no other targets', () => {
    expect(setpoints.sharing).to.deep.equal({ isActive: false, limits: [] });
    put('solar', 10);
    put('price', 12, { deadMan: DEAD_MAN, name: 'Price' }, 7);
    limit('fuse', 16, {}, 8);
    arm('cellar', { role: 'limit' });
    expect(setpoints.sharing).to.deep.equal({
      isActive: true,
      limits: [
        { by: 'price', name: 'Price', currents: undefined, lastInputAt: 7, deadMan: DEAD_MAN, deadManFired: false },
        {
          ...{ by: 'fuse', name: 'fuse', currents: everyPhase(16), lastInputAt: 8 },
          ...{ deadMan: undefined, deadManFired: false },
        },
      ],
    });
  });

  describe('set the pace', () => {
    it('by the longest interval of all nodes that want something', () => {
      expect(setpoints.pace.intervalMs).to.equal(0);
      put('solar', 10, { intervalMs: 20 * MINUTE });
      limit('fuse', 16, { intervalMs: 30 * MINUTE });
      arm('idle', { intervalMs: 60 * MINUTE });
      expect(setpoints.pace.intervalMs).to.equal(30 * MINUTE);
    });

    it('of limits by the shortest cooldown of limits and dead men', () => {
      expect(setpoints.pace.limitCooldownMs).to.equal(0);
      put('solar', 10, { cooldownMs: MINUTE });
      limit('fuse', 16, { cooldownMs: 3 * MINUTE });
      limit('cellar', 16, { cooldownMs: 4 * MINUTE });
      expect(setpoints.pace.limitCooldownMs).to.equal(3 * MINUTE);
      put('price', 10, { cooldownMs: 2 * MINUTE, deadMan: DEAD_MAN });
      expect(setpoints.pace.limitCooldownMs).to.equal(2 * MINUTE);
    });

    it('of targets by those that count: the longest cooldown, the widest dead band, and early only where all want it', () => {
      put('price', 16, { combine: 'lowest', cooldownMs: 9 * MINUTE, deadBandA: 5, lowerAtOnce: false });
      put('solar', 10, { combine: 'lowest', cooldownMs: 2 * MINUTE, deadBandA: 1 });
      expect(setpoints.pace).to.include({ cooldownMs: 2 * MINUTE, deadBandA: 1, lowerAtOnce: true });
      put('plan', 10, { combine: 'lowest', cooldownMs: 3 * MINUTE, deadBandA: 0.5, lowerAtOnce: false });
      expect(setpoints.pace).to.include({ cooldownMs: 3 * MINUTE, deadBandA: 1, lowerAtOnce: false });
    });

    it('without a target by the dead band of the limits', () => {
      expect(setpoints.pace.deadBandA).to.equal(0);
      limit('fuse', 16, { deadBandA: 2 });
      expect(setpoints.pace.deadBandA).to.equal(2);
      put('solar', 10, { deadBandA: 1 });
      expect(setpoints.pace.deadBandA).to.equal(1);
    });
  });

  describe('wait for a node that was deployed', () => {
    it('as a limit: 15 minutes with a raise and ten seconds with a lowering, until its first value', () => {
      expect(setpoints.awaited(0)).to.deep.equal({ raise: -Infinity, lower: -Infinity });
      arm('fuse', { role: 'limit' }, 1_000);
      expect(setpoints.awaited(2_000)).to.deep.equal({ raise: 15 * MINUTE + 1_000, lower: 11_000 });
      expect(setpoints.awaited(11_000)).to.deep.equal({ raise: 15 * MINUTE + 1_000, lower: -Infinity });
      expect(setpoints.awaited(15 * MINUTE + 1_000).raise).to.equal(-Infinity);
      limit('fuse', 10, {}, 3_000);
      expect(setpoints.awaited(4_000)).to.deep.equal({ raise: -Infinity, lower: -Infinity });
    });

    it('as a limit no longer than its dead man', () => {
      arm('fuse', { role: 'limit', deadMan: { afterMs: MINUTE, safeA: 6 } });
      setpoints.fireDeadMen(MINUTE);
      expect(setpoints.awaited(MINUTE)).to.deep.equal({ raise: -Infinity, lower: -Infinity });
    });

    it('as a target ten seconds where it is combined with others, and not at all where the newest counts', () => {
      arm('solar');
      expect(setpoints.awaited(1_000)).to.deep.equal({ raise: -Infinity, lower: -Infinity });
      arm('solar', { combine: 'highest' });
      expect(setpoints.awaited(1_000)).to.deep.equal({ raise: 10_000, lower: 10_000 });
    });
  });
});
