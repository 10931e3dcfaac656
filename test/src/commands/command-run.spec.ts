import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { CommandRun } from '../../../src/commands/command-run';
import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/fake-timers';

const CHARGER = '0a1b2c3d-0000-4000-8000-000000000001';

describe('the confirmation of a command', () => {
  let timers: SinonFakeTimers;
  beforeEach(() => (timers = fakeTimers()));
  afterEach(() => timers.restore());

  for (const stepMs of [-86_400_000, -3_600_000, -90_000, 90_000, 3_600_000, 86_400_000]) {
    it(`reads after 3, 19 and 35 s, and then ends, when the wall clock steps by ${stepMs / 1_000} s`, async () => {
      const startedAt = performance.now();
      const readsAt: number[] = [];
      const api = {
        check: () => undefined,
        send: () => Promise.reject(new Error('not in this test')),
        state: () => {
          readsAt.push(performance.now() - startedAt);
          const meta = { source: 'rest' as const, time: clock.iso(), ageMs: 0, attempts: 1 };
          return Promise.resolve({ data: [], meta });
        },
      };
      const live = { observations: () => undefined, onChange: () => () => undefined };
      const run = new CommandRun(CHARGER, 'pause', {}, { api, live });
      const ended = run.until([3_000, 19_000, 35_000], () => 'no').then(() => performance.now() - startedAt);
      await timers.tickAsync(1_000);
      timers.setSystemTime(Date.now() + stepMs);
      await timers.tickAsync(60_000);
      expect(readsAt).to.deep.equal([3_000, 19_000, 35_000]);
      expect(await ended).to.equal(35_000);
    });
  }
});
