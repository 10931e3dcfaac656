/**
 * The one clock. A person or NTP may set the wall clock of a computer at any time, and the wall clock leaps when the
 * computer has slept. So nothing in this package compares two readings of `Date.now()`: a comparison of two times asks
 * `now()` or `steady()`, and both are whole ms, fit for a payload.
 */
class Clock {
  #offsetMs = 0;
  #startMs = 0;

  constructor() {
    this.restart();
  }

  /**
   * ms since 1970, never going back within the process. It leaps forward with the wall clock, since that may mean that
   * the computer has slept: for the age of data and the life of a token.
   */
  now(): number {
    const runningMs = performance.now();
    this.#offsetMs = Math.max(this.#offsetMs, Date.now() - runningMs);
    return Math.floor(runningMs + this.#offsetMs);
  }

  /**
   * ms since 1970 by the wall clock of the start, and only as much more as this process has been running: for paces and
   * limits, which no clock that is set may shorten or lengthen.
   */
  steady(): number {
    return Math.floor(performance.now() + this.#startMs);
  }

  /** What the wall clock shows at a time of `now()`, ISO 8601 with Z; for people and messages, never to be compared. */
  iso(at: number = this.now()): string {
    const leadMs = this.now() - Date.now();
    // What is less than a second is the reading of two clocks one after the other.
    return new Date(Math.abs(leadMs) < 1_000 ? at : at - leadMs).toISOString();
  }

  /** The same for a time of `steady()`. */
  steadyIso(at: number): string {
    return new Date(this.steadyToWall(at)).toISOString();
  }

  /** What the wall clock shows at a time of `steady()`, ms since 1970: for what outlives the process. */
  steadyToWall(at: number): number {
    return Math.round(Date.now() + (at - this.steady()));
  }

  /** The time of `steady()` for a wall time of a file or of another machine; one in the future counts as now. */
  steadyFromWall(at: number): number {
    return this.steady() - Math.max(0, Date.now() - at);
  }

  /** Begins anew with the wall clock of now: for tests that bring a clock of their own. */
  restart(): void {
    this.#startMs = Date.now() - performance.now();
    this.#offsetMs = this.#startMs;
  }
}

export const clock = new Clock();
