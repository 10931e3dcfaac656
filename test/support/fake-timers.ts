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
  const native = globalThis.Date;
  // Code that began before the test may end a timer that is not fake.
  const timers = sinon.useFakeTimers({ now, toFake: [...toFake] as FakeMethods, shouldClearNativeTimers: true });
  if (toFake.includes('Date')) globalThis.Date = thinDate(native, timers);
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

/** Sinon's own Date goes through a proxy and defines a property of each date, and a year in a test makes millions. */
function thinDate(native: DateConstructor, timers: { now: number }): DateConstructor {
  function ThinDate(...parts: unknown[]): unknown {
    const made = new.target as unknown;
    if (made === undefined) return new native(timers.now).toString();
    const given = parts.length === 0 ? [timers.now] : parts;
    return new.target === ThinDate
      ? new native(...(given as [number]))
      : (Reflect.construct(native, given, new.target) as Date);
  }
  const { prototype, UTC, parse } = native;
  // Sinon looks at `isFake` before it fakes the timers once more.
  return Object.assign(ThinDate, {
    prototype,
    UTC,
    parse,
    now: () => timers.now,
    isFake: true,
  }) as unknown as DateConstructor;
}
