/** Between two switches, in ms: as long as between two raises of the current, which often cause them. */
const DWELL_MS = 15 * 60_000;
/** Switches in one session: what chargers allow by default (`zaptec-api.md` 7.4). */
const MOST_SWITCHES = 5;

/** Counts the changes of a threshold, so that a flow does not wear out a contactor, nor use up what a charger allows. */
export class PhaseBudget {
  readonly #most: number;
  #used = new Map<string, number>();
  #lastAt = -Infinity;

  /** @param most switches in one session. */
  constructor(most: number = MOST_SWITCHES) {
    this.#most = most;
  }

  /** From when on the next switch may be made, ms since 1970. */
  nextAt(now: number): number {
    this.#lastAt = Math.min(this.#lastAt, now);
    return this.#lastAt + DWELL_MS;
  }

  /** Whether one of the sessions that run has had all of its switches. */
  isSpent(sessions: readonly string[]): boolean {
    return sessions.some((session) => (this.#used.get(session) ?? 0) >= this.#most);
  }

  /** @returns takes it back, for a switch that was not made. */
  switched(sessions: readonly string[], at: number): () => void {
    const before = { used: this.#used, lastAt: this.#lastAt };
    this.#used = new Map(sessions.map((session) => [session, (before.used.get(session) ?? 0) + 1]));
    this.#lastAt = at;
    return () => {
      this.#used = before.used;
      this.#lastAt = before.lastAt;
    };
  }
}
