import { expect } from 'chai';
import { Checkpoints, REACH_MS } from '../../../src/feed/checkpoints';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const NOW = Date.UTC(2026, 4, 4, 10);
const HOUR = 3_600_000;
const SITE = '0a1b2c3d-0000-4000-8000-0000000000b1';

describe('the checkpoint of an installation', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(NOW);
  });
  afterEach(() => {
    timers.restore();
  });

  const restored = (dumped: unknown, checkpoints = new Checkpoints()) => {
    checkpoints.restore(JSON.parse(JSON.stringify(dumped)));
    return checkpoints.get(SITE);
  };

  it('outlives a restart', () => {
    const checkpoints = new Checkpoints();
    checkpoints.set(SITE, { since: NOW - 9 * HOUR, checkedAt: NOW - HOUR });
    expect(restored(checkpoints.dump())).to.deep.equal({ since: NOW - 9 * HOUR, checkedAt: NOW - HOUR });
  });

  it('begins at the same time of the cloud after a restart when the wall clock was set back before', () => {
    const checkpoints = new Checkpoints();
    checkpoints.set(SITE, { since: NOW - 2 * HOUR, checkedAt: NOW - HOUR });
    timers.setSystemTime(NOW - 24 * HOUR);
    const dumped = checkpoints.dump();
    clock.restart();
    const now = clock.now();
    expect(restored(dumped)).to.deep.equal({ since: NOW - 2 * HOUR, checkedAt: now - HOUR });
  });

  it('begins anew after so long that nothing of it is to be reported any more', () => {
    const checkpoint = (checkedAt: number) => ({ [SITE]: { since: checkedAt - HOUR, checkedAt } });
    expect(restored(checkpoint(NOW - REACH_MS))).to.include({ checkedAt: NOW - REACH_MS });
    expect(restored(checkpoint(NOW - REACH_MS - 1))).to.equal(undefined);
  });

  it('is never later than a checkpoint that is known, and was not compared later than now', () => {
    const checkpoints = new Checkpoints();
    checkpoints.set(SITE, { since: NOW - 1, checkedAt: NOW - 1 });
    expect(restored({ [SITE]: { since: NOW - HOUR, checkedAt: NOW + HOUR } }, checkpoints)).to.deep.equal({
      since: NOW - HOUR,
      checkedAt: NOW - 1,
    });
    expect(restored({ [SITE]: { since: NOW - HOUR, checkedAt: NOW + HOUR } })).to.deep.equal({
      since: NOW - HOUR,
      checkedAt: NOW,
    });
  });

  it('is not restored from anything else', () => {
    for (const checkpoint of [
      null,
      7,
      [],
      {},
      { since: NOW },
      { since: '1', checkedAt: NOW },
      { since: NOW, checkedAt: null },
    ]) {
      expect(restored({ [SITE]: checkpoint })).to.equal(undefined);
    }
    for (const dumped of [null, 7, 'x', []]) expect(restored(dumped)).to.equal(undefined);
  });
});
