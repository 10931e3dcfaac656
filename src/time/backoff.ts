/**
 * How long to wait after failures in a row, ever longer: also where something else, such as the pause after a 429, has
 * made the last wait longer than it was meant to be.
 */
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

  /** From when on the next try may be made, in the time that `failed` was told. */
  get at(): number {
    return this.#at;
  }

  get error(): E | undefined {
    return this.#error;
  }

  failed(error: E | undefined, now: number): void {
    this.#error = error;
    const gapMs = now - this.#failedAt;
    // What failed so long ago was another matter.
    if (gapMs > 2 * this.#longestMs) this.#tries = 0;
    const grownMs = this.#tries > 0 ? gapMs * 1.2 + 50 : 0;
    this.#at = now + Math.min(this.#longestMs, Math.max(this.#firstMs * 2 ** this.#tries, grownMs));
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
