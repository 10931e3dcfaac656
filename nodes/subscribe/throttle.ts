import { guarded } from '../shared/guard';
import { clock } from '../../src/client';

export interface ThrottleOptions {
  /** Least time between two of the same key, ms. */
  everyMs: number;
  /** So long, in ms, a value waits for others of the same moment before it goes out. */
  gatherMs?: number;
  report: (thrown: unknown) => void;
}

/** Node.js fires a timer of more ms at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface KeyState<T> {
  sentAt: number;
  waiting?: { value: T; timer: NodeJS.Timeout };
}

/** Sends the values of each key no faster than wanted. A value that waits is replaced by a newer one, and never lost. */
export class Throttle<T> {
  readonly #keys = new Map<string, KeyState<T>>();
  readonly #emit: (value: T) => void;
  readonly #options: Required<ThrottleOptions>;

  constructor(emit: (value: T) => void, { everyMs, gatherMs = 0, report }: ThrottleOptions) {
    this.#emit = emit;
    this.#options = { everyMs, gatherMs, report };
  }

  offer(key: string, value: T): void {
    const { everyMs, gatherMs } = this.#options;
    // Most nodes have no pace: nothing is remembered then.
    if (everyMs <= 0 && gatherMs <= 0) {
      this.#emit(value);
      return;
    }
    const state = this.#keys.get(key) ?? { sentAt: -Infinity };
    this.#keys.set(key, state);
    if (state.waiting) {
      state.waiting.value = value;
      return;
    }
    const due = Math.max(gatherMs, state.sentAt + everyMs - clock.steady());
    if (due <= 0) {
      state.sentAt = clock.steady();
      this.#emit(value);
      return;
    }
    state.waiting = { value, timer: setTimeout(this.#pass(state), Math.min(due, LONGEST_TIMER_MS)).unref() };
  }

  /** What still waits is dropped: nobody is there to get it. */
  close(): void {
    for (const { waiting } of this.#keys.values()) clearTimeout(waiting?.timer);
    this.#keys.clear();
  }

  #pass(state: KeyState<T>): () => void {
    return guarded(() => {
      const { waiting } = state;
      delete state.waiting;
      state.sentAt = clock.steady();
      if (waiting) this.#emit(waiting.value);
    }, this.#options.report);
  }
}
