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

  failed(error: E | undefined, now: number): void {
    this.#error = error;
    const gapMs = now - this.#failedAt;
    // A failure of so long ago had another cause.
    if (gapMs > 2 * this.#longestMs) this.#tries = 0;
    const grownMs = this.#tries > 0 ? longerThan(gapMs) : 0;
    const waitMs = Math.max(doubled(this.#firstMs, this.#longestMs, this.#tries), grownMs);
    this.#at = now + Math.min(this.#longestMs, waitMs);
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
