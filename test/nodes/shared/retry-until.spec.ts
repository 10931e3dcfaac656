import { expect } from 'chai';
import { retryUntilDone, pauseAfter } from '../../../nodes/shared/retry-until';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

describe('retryUntilDone', () => {
  let clock: FakeTimers;
  beforeEach(() => {
    clock = fakeTimers(0, ['setTimeout', 'clearTimeout', 'Date', 'performance']);
  });
  afterEach(() => clock.restore());

  it('waits from 5 seconds to 5 minutes between tries, with jitter', () => {
    expect(pauseAfter(1, 0)).to.equal(5_000);
    expect(pauseAfter(1, 1)).to.equal(7_500);
    expect(pauseAfter(5, 0)).to.equal(80_000);
    expect(pauseAfter(50, 1)).to.equal(300_000);
  });

  it('goes on until it succeeds, hours later', async () => {
    let tries = 0;
    const done = retryUntilDone(() => (++tries < 40 ? Promise.reject(new Error('away')) : Promise.resolve()), {
      signal: new AbortController().signal,
      isPermanent: () => false,
    });
    await clock.tickAsync('04:00:00');
    await done;
    expect(tries).to.equal(40);
  });

  it('ends at a failure that needs an action of a person', async () => {
    let tries = 0;
    await retryUntilDone(
      () => {
        tries += 1;
        return Promise.reject(new Error('wrong password'));
      },
      { signal: new AbortController().signal, isPermanent: () => true },
    );
    expect(tries).to.equal(1);
  });

  it('ends in the middle of a pause when its node ends', async () => {
    const closing = new AbortController();
    let tries = 0;
    const done = retryUntilDone(
      () => {
        tries += 1;
        return Promise.reject(new Error('away'));
      },
      { signal: closing.signal, isPermanent: () => false },
    );
    await clock.tickAsync(10);
    closing.abort();
    await done;
    expect(tries).to.equal(1);
    expect(clock.countTimers()).to.equal(0);
  });
});
