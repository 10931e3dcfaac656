/** The window in which Zaptec counts requests (docs/zaptec-api.md, "Rate limits"), in ms. */
export const WINDOW_MS = 1000;

/** The least margin, in ms. */
export const LOWEST_MS = 10;
const HIGHEST_FLOOR_MS = 100;
const CEILING_MS = 250;
const SHRINK = 0.98;
const SAMPLES = 64;
/** Only after so many round trips is the shortest one known: the first may all have waited for a connection. */
const ENOUGH = 10;

/**
 * How long a permit is held beyond the window, so that jitter on the way cannot squeeze eleven requests into one
 * second at the server.
 *
 * A request arrived no later than its answer came, less the shortest way back. So a request needs a margin as long as its
 * own round trip exceeds the shortest one seen, and not the worst jitter of all: that keeps the margin cheap.
 */
export class Margin {
  #floor = LOWEST_MS;
  readonly #roundTrips: number[] = [];
  #next = 0;

  /** The margin of a request without an answer, in ms. */
  get unanswered(): number {
    return CEILING_MS;
  }

  /** The least margin at present, in ms, 10 to 100. */
  get floor(): number {
    return this.#floor;
  }

  /** The shortest round trip, in ms; undefined until enough are known. */
  get shortestMs(): number | undefined {
    return this.#roundTrips.length <= ENOUGH ? undefined : Math.min(...this.#roundTrips);
  }

  /**
   * Learns from one round trip, and returns the margin that its request needs, in ms.
   * @param othersMs the shortest round trip of the other machines on the account.
   */
  answered(roundTripMs: number, othersMs = Infinity): number {
    this.#roundTrips[this.#next] = roundTripMs;
    this.#next = (this.#next + 1) % SAMPLES;
    this.#floor = Math.max(LOWEST_MS, this.#floor * SHRINK);
    const shortest = Math.min(this.shortestMs ?? 0, othersMs);
    return Math.min(CEILING_MS, this.#floor + roundTripMs - shortest);
  }

  /** A 429 in spite of our own count: the estimate was too tight. */
  refused(): void {
    this.#floor = Math.min(HIGHEST_FLOOR_MS, this.#floor * 2 + LOWEST_MS);
  }
}
