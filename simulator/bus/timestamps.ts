import type { Prng } from '../prng';

const MAX_MICROS = 999;

/**
 * Writes times like the bus: up to six decimals, with or without `Z` (docs/service-bus.md, "Messages"). Observations of
 * the same millisecond get rising microseconds, so that a client that compares times keeps their order.
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
    // guess: trailing zeros are omitted, as in the answers of the classic endpoints.
    const short = digits.replace(/\.?0{0,6}$/, '');
    return this.#prng.chance(0.5) ? `${short}Z` : short;
  }

  #begin(ms: number): number {
    this.#lastMs = ms;
    return this.#prng.chance(0.3) ? 0 : this.#prng.integer(1, MAX_MICROS - 100);
  }
}
