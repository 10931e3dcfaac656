import { expect } from 'chai';
import { Confirmation } from '../../../src/commands/confirmation';
import type { LiveStates } from '../../../src/feed/live';
import { clock } from '../../../src/time/clock';
import { LONGEST_TIMER_MS } from '../../../src/time/sleep';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;
const QUIET = { onChange: () => () => undefined } as unknown as LiveStates;

describe('the wait for the effect of a command', () => {
  let timers: FakeTimers;
  beforeEach(() => (timers = fakeTimers()));
  afterEach(() => timers.restore());

  it('is no loop where its end is later than a timer can be', async () => {
    let isOver = false;
    const wait = new Confirmation(QUIET, 'a charger').next(clock.steady() + LONGEST_TIMER_MS + MINUTE, undefined);
    void wait.then(() => (isOver = true));
    await timers.tickAsync(MINUTE);
    expect(isOver).to.equal(false);
    await timers.tickAsync(LONGEST_TIMER_MS);
    expect(isOver).to.equal(true);
  });
});
