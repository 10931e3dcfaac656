import type { SinonFakeTimers } from 'sinon';
import { fakeTimers } from '../test/support/fake-timers';

/**
 * Runs `work` on a clock that jumps from timer to timer: minutes take milliseconds, and the speed of the machine does not
 * change the figures.
 */
export async function inVirtualTime<T>(work: (timers: SinonFakeTimers) => Promise<T>): Promise<T> {
  const clock = fakeTimers(Date.UTC(2026, 0, 1));
  const turn = setImmediate;
  const state = { done: false };
  const result = work(clock).finally(() => (state.done = true));
  try {
    for (;;) {
      await new Promise((resolve) => turn(resolve));
      if (state.done) break;
      await clock.nextAsync();
    }
    return await result;
  } finally {
    clock.restore();
  }
}

/** Random numbers from 0 to 1 by a seed (mulberry32), so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
