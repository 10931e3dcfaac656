/** Zaptec counts requests per second (`zaptec-api.md` 4), in ms. */
export const WINDOW_MS = 1000;

/** The least margin, in ms. */
export const LOWEST_MS = 10;
const HIGHEST_FLOOR_MS = 100;
const CEILING_MS = 250;
const SHRINK = 0.98;
const SAMPLES = 64;
/** Before so many round trips nobody knows the shortest way: the first may all have waited for a connection. */
const ENOUGH = 10;

/**
 * How long a permit is held beyond the window, so that jitter on the way cannot squeeze eleven requests into one
 * second at the server.
 *
 * A request arrived at the latest when its answer came, less the shortest way back. So what a request needs is its
 * own round trip beyond the shortest one seen, not the worst jitter of all: that is what makes the margin cheap.
 */
export class Margin {
  #floor = LOWEST_MS;
  readonly #roundTrips: number[] = [];
  #next = 0;

  /** Beyond the window, in ms, while no answer has come. */
  get unanswered(): number {
    return CEILING_MS;
  }

  /** The least margin at present, in ms, 10 to 100. */
  get floor(): number {
    return this.#floor;
  }

  /** Takes note of one round trip and returns the margin that this request needs, in ms. */
  answered(roundTripMs: number): number {
    this.#roundTrips[this.#next] = roundTripMs;
    this.#next = (this.#next + 1) % SAMPLES;
    this.#floor = Math.max(LOWEST_MS, this.#floor * SHRINK);
    const shortest = this.#roundTrips.length <= ENOUGH ? 0 : Math.min(...this.#roundTrips);
    return Math.min(CEILING_MS, this.#floor + roundTripMs - shortest);
  }

  /** A 429 while we kept our own count: the estimate was too tight. */
  refused(): void {
    this.#floor = Math.min(HIGHEST_FLOOR_MS, this.#floor * 2 + LOWEST_MS);
  }
}
