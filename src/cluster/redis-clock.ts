const ROUND_TRIPS = 16;
/** A question that comes to Redis so many round trips later is not taken, but at least after so long, in ms. */
const LATE = { roundTrips: 4, ms: 100 } as const;
/** Two readings of Redis's clock that differ by more than this, besides the way, show that it was set, in ms. */
const JUMP_MS = 500;

/** The clock of a Redis as its answers show it, beside `performance.now()`; all times are in ms. */
export class RedisClock {
  readonly #longestLateMs: number;
  /** Redis's clock less `performance.now()`: too high rather than too low. */
  #offsetMs: number | undefined;
  /** By how much at most. */
  #errorMs = 0;
  #roundTrips: number[] = [];

  /** @param longestLateMs after which a question counts as lost */
  constructor(longestLateMs: number) {
    this.#longestLateMs = longestLateMs;
  }

  /** The longest of the last round trips. */
  get roundTripMs(): number {
    return Math.max(0, ...this.#roundTrips);
  }

  /** The shortest of the last round trips. */
  get shortestRoundTripMs(): number {
    return this.#roundTrips.length === 0 ? 0 : Math.min(...this.#roundTrips);
  }

  /** @returns the time of Redis at one of `performance.now()`; undefined before the first answer */
  at(time: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : time + this.#offsetMs;
  }

  /** Until when a question may reach Redis and is taken, by Redis's clock; undefined before the first answer. */
  deadlineOf(askedAt: number): number | undefined {
    return this.at(askedAt + this.#lateMs);
  }

  /** When a question with this deadline is surely not taken any more, by `performance.now()`. */
  overAt(askedAt: number): number {
    return askedAt + this.#lateMs + this.#errorMs;
  }

  /**
   * Reads the time that an answer gives.
   * @returns whether Redis's clock was set, or this machine has slept, since the answer before
   */
  read(now: number, askedAt: number, answeredAt: number): boolean {
    const roundTripMs = answeredAt - askedAt;
    const offsetMs = now - askedAt;
    const before = this.#offsetMs;
    this.#offsetMs = offsetMs;
    this.#errorMs = roundTripMs;
    this.#roundTrips = [...this.#roundTrips.slice(1 - ROUND_TRIPS), roundTripMs];
    return before !== undefined && Math.abs(offsetMs - before) > JUMP_MS + this.roundTripMs;
  }

  get #lateMs(): number {
    return Math.min(this.#longestLateMs, Math.max(LATE.ms, LATE.roundTrips * this.roundTripMs));
  }
}
