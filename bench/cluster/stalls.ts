import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;

/** How late the timers of this process are, for the share of the machine that others take. */
export class Stalls {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delay.enable();
  }

  /** One timer in a hundred was so late, or later, in ms. */
  get p99Ms(): number {
    return Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS);
  }

  stop(): void {
    this.#delay.disable();
  }
}
