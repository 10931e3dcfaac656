import { DAY, MINUTE, SECOND } from '../durations';
import type { WorldModel } from './model';
import type { Trend } from './trend';

/** The trend gets at most this number of samples, none closer than a minute. */
const MAX_PARTS = 60;
const STEPS_PER_PART = 120;
const SHORT_STEP = 5 * SECOND;
const LONG_STEP = MINUTE;
/** A leap of months has longer steps: its cars charge the same energy, and nobody watches their minutes. */
const LONGEST_STEP = 3 * MINUTE;
const MONTH = 30 * DAY;
/** ms of real time after which other work has its turn. */
const SLICE_MS = 20;

/** What a leap works on, and when it must end early. */
export interface Leap {
  world: WorldModel;
  trend: Trend;
  /** The simulator stops. */
  stopped: AbortSignal;
}

/**
 * Advances the world by ms of world time. A leap of a large world takes long: after each slice other work of the process
 * goes on, such as that of Node-RED. Ends early when another world starts or the simulator stops.
 */
export async function leap({ world, trend, stopped }: Leap, ms: number): Promise<void> {
  const began = trend.world;
  const partMs = Math.max(MINUTE, ms / MAX_PARTS);
  const longest = ms > MONTH ? LONGEST_STEP : LONG_STEP;
  const stepMs = Math.min(longest, Math.max(SHORT_STEP, Math.round(partMs / STEPS_PER_PART)));
  let sampleAt = partMs;
  let pauseAt = performance.now() + SLICE_MS;
  for (let done = 0; done < ms && trend.world === began && !stopped.aborted;) {
    const step = Math.min(stepMs, ms - done);
    world.advance(step, stepMs);
    done += step;
    if (done >= sampleAt || done >= ms) {
      trend.sample();
      sampleAt += partMs;
    }
    if (performance.now() < pauseAt) continue;
    await new Promise((resolve) => setImmediate(resolve));
    pauseAt = performance.now() + SLICE_MS;
  }
}
