import { expect } from 'chai';
import { StateReader } from '../../../src/feed/state-reader';
import { TIMING } from '../../../src/feed/timing';
import { clock } from '../../../src/time/clock';
import { Store } from '../../../src/state/store';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const MINUTE = 60_000;

describe('the reader of a live feed', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(Date.UTC(2026, 4, 4, 10));
  });
  afterEach(() => {
    timers.restore();
  });

  it('waits ever longer where the read of a charger without messages fails', async () => {
    const store = new Store();
    store.know([{ id: ID }]);
    store.fill(ID, [], clock.now());
    const gapEndedAt = clock.now();
    let reads = 0;
    const reader = new StateReader(
      {
        store,
        ids: () => new Set([ID]),
        situation: () => ({ kind: 'live', gapEndedAt, alert: false }),
        read: () => {
          reads += 1;
          // Without a wait in between this would never come to an end.
          return reads > 1_000 ? new Promise(() => undefined) : Promise.reject(new Error('made up'));
        },
        onTried: () => reader.schedule(),
      },
      { ...TIMING, auditMs: Infinity },
    );
    reader.schedule();
    await timers.tickAsync(TIMING.confirmMs + 10 * MINUTE);
    reader.close();
    expect(reads).to.be.within(2, 5);
  });
});
