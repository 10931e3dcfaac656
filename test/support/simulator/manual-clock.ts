import type { SimulatorClock } from '../../../simulator/clock';

/** A morning in May, ms since 1970. */
export const START = Date.UTC(2026, 4, 4, 10);

/** A clock that moves only when a test advances it. */
export class ManualClock implements SimulatorClock {
  #now = START;
  #timers: { at: number; fn: () => void }[] = [];

  readonly now = (): number => this.#now;

  setTimeout(fn: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer !== handle);
  }

  /** The number of timers. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Runs due timers in their order; a negative value sets the clock back. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.clearTimeout(next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}
