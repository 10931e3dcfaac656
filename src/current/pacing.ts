/** Zaptec's own rule: not more often than every 15 minutes (`zaptec-api.md` 2.5), in ms. */
const LEAST_INTERVAL_MS = 15 * 60_000;
const LEAST_COOLDOWN_MS = 60_000;
const HOUR_MS = 60 * 60_000;
const MOST_EARLY = 6;

/** When writes were sent, ms of `clock.steady()`. */
export interface WriteTimes {
  /** When the last write was sent; -Infinity for never. */
  sentAt: number;
  /** When the last one was sent that got through. */
  doneAt: number;
  /** When targets were lowered before their interval was over, within the hour before the last write. */
  early: readonly number[];
}

const NEVER: WriteTimes = { sentAt: -Infinity, doneAt: -Infinity, early: [] };

/** When the next write may be sent. */
export class Pacing {
  #times: WriteTimes;

  constructor({ sentAt, doneAt, early }: WriteTimes = NEVER) {
    this.#times = { sentAt, doneAt, early };
  }

  get times(): WriteTimes {
    return this.#times;
  }

  /** From when on a phase may rise. */
  raiseAt(intervalMs: number): number {
    return this.#times.sentAt + Math.max(intervalMs, LEAST_INTERVAL_MS);
  }

  /** From when on a limit may lower. */
  limitAt(cooldownMs: number): number {
    return this.#times.doneAt + Math.max(cooldownMs, LEAST_COOLDOWN_MS);
  }

  /** From when on a target may lower, at most six times an hour before the interval is over. */
  earlyAt(cooldownMs: number, intervalMs: number): number {
    const { early } = this.#times;
    const oldest = early[early.length - MOST_EARLY];
    const soonest = Math.max(this.limitAt(cooldownMs), oldest === undefined ? -Infinity : oldest + HOUR_MS);
    return Math.min(soonest, this.raiseAt(intervalMs));
  }

  sent(at: number): void {
    this.#times = { ...this.#times, sentAt: at };
  }

  /** @param counted the write lowered a target before the interval was over. */
  done(at: number, counted: boolean): void {
    const { sentAt, early } = this.#times;
    const recent = early.filter((time) => time > at - HOUR_MS);
    this.#times = { sentAt: Math.max(at, sentAt), doneAt: at, early: counted ? [...recent, at] : recent };
  }

  /** The write was refused and never acted: as if it had not been sent. */
  takeBack(before: WriteTimes): void {
    this.#times = before;
  }

  /** Another machine has written. */
  learn({ sentAt, doneAt, early }: WriteTimes): void {
    const mine = this.#times;
    this.#times = {
      sentAt: Math.max(mine.sentAt, sentAt),
      doneAt: Math.max(mine.doneAt, doneAt),
      early: [...new Set([...mine.early, ...early])].sort((a, b) => a - b),
    };
  }
}
