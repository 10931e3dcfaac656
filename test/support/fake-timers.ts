import sinon, { type SinonFakeTimers } from 'sinon';
import { clock } from '../../src/time/clock';

type Faked = NonNullable<Parameters<typeof sinon.useFakeTimers>[0]>;
type FakeMethods = NonNullable<Extract<Faked, { toFake?: unknown }>['toFake']>;

export interface FakeTimers extends SinonFakeTimers {
  /** Sets the wall clock, as a person or NTP does: no timer and no other clock notices. */
  setWallClock(byMs: number): void;
}

const ALL = ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;

/** The wall clock, the running clock and the timers of a test, and `clock` of the client with them. */
export function fakeTimers(now: number = Date.UTC(2026, 4, 4, 10), toFake: readonly string[] = ALL): FakeTimers {
  // Code that began before the test may end a timer that is not fake.
  const timers = sinon.useFakeTimers({ now, toFake: [...toFake] as FakeMethods, shouldClearNativeTimers: true });
  clock.restart();
  const restore = timers.restore.bind(timers);
  return Object.assign(timers, {
    setWallClock(byMs: number) {
      timers.setSystemTime(Date.now() + byMs);
    },
    restore() {
      restore();
      clock.restart();
    },
  });
}
