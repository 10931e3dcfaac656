import type { Prng } from '../prng';

const MAX_MICROS = 999;

/**
 * Times as the bus writes them: up to six decimals, with or without `Z`, `zaptec-api.md` 5.3. What the world tells
 * within one millisecond keeps its order in the digits behind it, so that a client that compares times is not fooled.
 */
export class Timestamps {
  readonly #prng: Prng;
  #lastMs = 0;
  #micros = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  write(ms: number): string {
    this.#micros = ms === this.#lastMs ? Math.min(MAX_MICROS, this.#micros + 1) : this.#begin(ms);
    const digits = `${new Date(ms).toISOString().slice(0, -1)}${String(this.#micros).padStart(3, '0')}`;
    // guess: trailing zeros left out as in the answers of the classic endpoints.
    const short = digits.replace(/\.?0*$/, '');
    return this.#prng.chance(0.5) ? `${short}Z` : short;
  }

  #begin(ms: number): number {
    this.#lastMs = ms;
    return this.#prng.chance(0.3) ? 0 : this.#prng.integer(1, MAX_MICROS - 100);
  }
}
