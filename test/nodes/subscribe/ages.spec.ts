import { expect } from 'chai';
import { eventItem, observationItem } from '../../../nodes/subscribe/items';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const HOUR = 3_600_000;
const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SITE = { id: '0a1b2c3d-0000-4000-8000-0000000000b1' };

describe('the age of what a subscribe node sends', () => {
  let timers: FakeTimers;
  beforeEach(() => (timers = fakeTimers()));
  afterEach(() => timers.restore());

  for (const byMs of [HOUR, -HOUR, 24 * HOUR]) {
    it(`is that by the clock of the cloud, where the wall clock is set by ${byMs} ms`, () => {
      const cloudNow = Date.now();
      timers.setWallClock(byMs);
      clock.onCloudTime(cloudNow);
      const time = new Date(cloudNow - 2_000).toISOString();
      const value = (observationTime: string | undefined) =>
        observationItem(
          {
            charger: { id: ID },
            observation: {
              id: 513,
              name: 'TotalChargePower',
              value: 1,
              ...(observationTime && { time: observationTime }),
            },
            source: 'push',
            receivedAt: clock.now(),
            stale: false,
          },
          SITE,
        ).facts;
      expect(value(time)).to.include({ time, ageMs: 2_000 });
      expect(value(undefined)).to.include({ time: new Date(cloudNow).toISOString(), ageMs: 0 });
      const event = { event: 'unplugged', time, snapshot: { id: ID, mode: 'disconnected' } } as const;
      expect(eventItem({ ...event, chargerId: ID }, { id: ID }, SITE).facts).to.include({ time, ageMs: 2_000 });
    });
  }
});
