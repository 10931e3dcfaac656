/** A machine that lost Redis again soon after its return stays away from it for so long, in ms; the last one for ever. */
const WAITS_MS = [0, 2_000, 4_000, 8_000, 16_000, 30_000] as const;
/** Redis that was there for so long is steady, in ms; one that is lost before comes and goes. */
export const STEADY_MS = 60_000;

/**
 * How long a machine stays away from a Redis that comes and goes. Each change costs two seconds in which nobody may send,
 * so that one that answers now and then, or sometimes too late, would be worse than none. Times are of `performance.now()`.
 */
export class Relapses {
  readonly #longestMs: number;
  #count = -1;
  #returnedAt = -Infinity;
  #untilMs = -Infinity;

  /** @param longestMs for how long the others keep free what this machine sends alone */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  returned(now: number): void {
    this.#returnedAt = now;
  }

  lost(now: number): void {
    this.#count = now - this.#returnedAt >= STEADY_MS ? 0 : Math.min(this.#count + 1, WAITS_MS.length - 1);
    this.#untilMs = now + Math.min(this.#longestMs, WAITS_MS[this.#count] ?? 0);
  }

  staysAway(now: number): boolean {
    return now < this.#untilMs;
  }
}
