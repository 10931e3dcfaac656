/** Zaptec's own rule: not more often than every 15 minutes (`zaptec-api.md` 2.5), in ms. */
const LEAST_INTERVAL_MS = 15 * 60_000;
const LEAST_COOLDOWN_MS = 60_000;
const HOUR_MS = 60 * 60_000;
const MOST_EARLY = 6;

/** What is remembered of writes over a restart. */
export interface Paced {
  /** When the last write was sent, ms since 1970; -Infinity for never. */
  sentAt: number;
  /** When the last one was sent that got through. */
  doneAt: number;
  /** When targets were lowered early, within the last hour. */
  early: readonly number[];
}

const NEVER: Paced = { sentAt: -Infinity, doneAt: -Infinity, early: [] };

/** When the next write may be sent. */
export class Pacing {
  #paced: Paced;

  constructor({ sentAt, doneAt, early }: Paced = NEVER) {
    this.#paced = { sentAt, doneAt, early };
  }

  get now(): Paced {
    return this.#paced;
  }

  /** A clock that was set back must not hold anything back for longer: a time in the future counts as now. */
  notAfter(now: number): void {
    const { sentAt, doneAt, early } = this.#paced;
    this.#paced = {
      sentAt: Math.min(sentAt, now),
      doneAt: Math.min(doneAt, now),
      early: early.map((at) => Math.min(at, now)).filter((at) => at > now - HOUR_MS),
    };
  }

  /** From when on a phase may rise. */
  raiseAt(intervalMs: number): number {
    return this.#paced.sentAt + Math.max(intervalMs, LEAST_INTERVAL_MS);
  }

  /** From when on a limit may lower. */
  limitAt(cooldownMs: number): number {
    return this.#paced.doneAt + Math.max(cooldownMs, LEAST_COOLDOWN_MS);
  }

  /** From when on a target may lower, at most six times an hour before the interval is over. */
  earlyAt(cooldownMs: number, intervalMs: number): number {
    const { early } = this.#paced;
    const oldest = early[early.length - MOST_EARLY];
    const soonest = Math.max(this.limitAt(cooldownMs), oldest === undefined ? -Infinity : oldest + HOUR_MS);
    return Math.min(soonest, this.raiseAt(intervalMs));
  }

  sent(at: number): void {
    this.#paced = { ...this.#paced, sentAt: at };
  }

  /** @param counted it lowered a target before the interval was over. */
  done(at: number, counted: boolean): void {
    const { early } = this.#paced;
    this.#paced = { sentAt: Math.max(at, this.#paced.sentAt), doneAt: at, early: counted ? [...early, at] : early };
  }

  /** What was sent was refused and never acted: as if it had not been sent. */
  takeBack(before: Paced): void {
    this.#paced = before;
  }

  /** Another machine has written. */
  learn({ sentAt, doneAt, early }: Paced): void {
    const mine = this.#paced;
    this.#paced = {
      sentAt: Math.max(mine.sentAt, sentAt),
      doneAt: Math.max(mine.doneAt, doneAt),
      early: [...new Set([...mine.early, ...early])].sort((a, b) => a - b),
    };
  }
}
