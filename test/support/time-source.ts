import type { TimeSource } from '../../src/time/clock';

/** A clock that shows what a test says, and is never set. @param now ms since 1970 */
export function timeSource(now: () => number): TimeSource {
  return {
    now,
    steady: now,
    wall: (at) => at ?? now(),
    cloud: (at) => at ?? now(),
    fromWall: (wallMs) => Math.min(wallMs, now()),
    iso: (at) => new Date(at ?? now()).toISOString(),
  };
}
