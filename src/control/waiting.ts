import type { ZaptecError } from '../http/errors';

/** How long to wait after failures in a row, ever longer. */
export class Waiting {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #tries = 0;
  #at = -Infinity;
  #error: ZaptecError | undefined;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Failures since the last success. */
  get tries(): number {
    return this.#tries;
  }

  /** From when on the next try may be made, ms since 1970. */
  get at(): number {
    return this.#at;
  }

  get error(): ZaptecError | undefined {
    return this.#error;
  }

  notAfter(now: number): void {
    this.#at = Math.min(this.#at, now + this.#longestMs);
  }

  failed(error: ZaptecError | undefined, now: number): void {
    this.#error = error;
    this.#at = now + Math.min(this.#longestMs, this.#firstMs * 2 ** this.#tries);
    this.#tries += 1;
  }

  succeeded(): void {
    this.#tries = 0;
    this.#at = -Infinity;
    this.#error = undefined;
  }
}
