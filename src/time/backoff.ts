/**
 * A wait that doubles with each failure in a row, in ms.
 * @param failures how many there were before, from 0.
 */
export function doubled(firstMs: number, longestMs: number, failures: number): number {
  return Math.min(longestMs, firstMs * 2 ** failures);
}

/**
 * How much longer than the gap before a wait must be, in ms, so that what keeps failing becomes ever less of a burden:
 * something else, such as the pause after a 429, may have made that gap longer than it was meant to be.
 */
export function longerThan(gapMs: number): number {
  return gapMs * 1.2 + 50;
}

/**
 * The wait before a try, in ms, 20 % more or less, so that many installations do not come back in step.
 * @param list waits in ms before the first, second … try; the last one for ever.
 * @param random from 0 to 1.
 */
export function jittered(list: readonly number[], tries: number, random = Math.random()): number {
  const waitMs = list[Math.min(tries, list.length - 1)] ?? 0;
  return waitMs * (0.8 + random * 0.4);
}

/** From when on to try again after failures in a row; all times by `clock.steady()`. */
export class Backoff<E = unknown> {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #tries = 0;
  #failedAt = -Infinity;
  #at = -Infinity;
  #error: E | undefined;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Failures since the last success. */
  get tries(): number {
    return this.#tries;
  }

  /** From when on the next try may be made, by `clock.steady()`; in the past while nothing has failed. */
  get at(): number {
    return this.#at;
  }

  /** The last failure since the last success. */
  get error(): E | undefined {
    return this.#error;
  }

  /** @param leastMs the wait after a failure of which it is known that it lasts. */
  failed(error: E | undefined, now: number, leastMs = 0): void {
    this.#error = error;
    const gapMs = now - this.#failedAt;
    // A failure of so long ago had another cause.
    if (gapMs > 2 * this.#longestMs) this.#tries = 0;
    const grownMs = this.#tries > 0 ? longerThan(gapMs) : 0;
    const waitMs = Math.max(doubled(this.#firstMs, this.#longestMs, this.#tries), grownMs);
    this.#at = now + Math.max(leastMs, Math.min(this.#longestMs, waitMs));
    this.#failedAt = now;
    this.#tries += 1;
  }

  succeeded(): void {
    this.#tries = 0;
    this.#at = -Infinity;
    this.#failedAt = -Infinity;
    this.#error = undefined;
  }
}
