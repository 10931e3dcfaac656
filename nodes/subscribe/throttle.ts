import { guarded } from '../shared/guard';

export interface ThrottleOptions {
  /** Least time between two of the same key, ms. */
  everyMs: number;
  /** So long, in ms, a value waits for others of the same moment before it goes out. */
  gatherMs?: number;
  report: (thrown: unknown) => void;
}

interface Turn<T> {
  sentAt: number;
  waiting?: { value: T; timer: NodeJS.Timeout };
}

/** Lets values pass no faster than wanted, for each key by itself. What is held back is replaced, and never lost. */
export class Throttle<T> {
  readonly #turns = new Map<string, Turn<T>>();
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
    const turn = this.#turns.get(key) ?? { sentAt: -Infinity };
    this.#turns.set(key, turn);
    if (turn.waiting) {
      turn.waiting.value = value;
      return;
    }
    // A clock that was set back must not silence a key.
    const due = Math.min(Math.max(gatherMs, turn.sentAt + everyMs - Date.now()), Math.max(gatherMs, everyMs));
    if (due <= 0) {
      turn.sentAt = Date.now();
      this.#emit(value);
      return;
    }
    turn.waiting = { value, timer: setTimeout(this.#pass(turn), due).unref() };
  }

  /** What still waits is dropped: nobody is there to get it. */
  close(): void {
    for (const { waiting } of this.#turns.values()) clearTimeout(waiting?.timer);
    this.#turns.clear();
  }

  #pass(turn: Turn<T>): () => void {
    return guarded(() => {
      const { waiting } = turn;
      delete turn.waiting;
      turn.sentAt = Date.now();
      if (waiting) this.#emit(waiting.value);
    }, this.#options.report);
  }
}
