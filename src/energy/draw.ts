/** A car that draws less than this charges in name only, kW: it balances its cells, or heats itself. */
const LEAST_KW = 0.5;
/** What the power is taken for before the car has shown it, as a part of what the settings say. */
const FIRST = 0.7;
/** Time constants in ms: a car that draws more is believed soon, one that draws less only when it goes on. */
const UP_MS = 3 * 60_000;
const DOWN_MS = 40 * 60_000;
/** The same for the spread: a car that turns out to be uneven is noticed soon. */
const SPREAD_UP_MS = 10 * 60_000;
const SPREAD_DOWN_MS = 20 * 60_000;
/** The spread before the car has shown its own, as a part of what the settings say. */
const FIRST_SPREAD = 0.12;
/** The least power that is reckoned with is so many mean deviations below the estimate. */
const DEVIATIONS = 2.5;
/** guess: a car that shares its current gets at least this part of what the settings say. */
const LEAST_PART = 0.4;
/** A reading counts for at most so long, ms. */
const LONGEST_MS = 10 * 60_000;

/** The power that a car really draws, learnt from what it did. */
export class DrawEstimate {
  readonly #leastKw: number;
  #kw: number;
  /** Mean deviation of the power from the estimate, kW. */
  #spread: number;

  /** @param statedKw the power of the settings, more than 0. @param learntKw of an earlier run */
  constructor(statedKw: number, learntKw?: number) {
    const stated = Math.max(statedKw, LEAST_KW);
    this.#leastKw = stated * LEAST_PART;
    this.#spread = stated * FIRST_SPREAD;
    this.#kw = learntKw !== undefined && learntKw >= LEAST_KW ? Math.min(learntKw, stated * 2) : stated * FIRST;
  }

  /** kW */
  get kw(): number {
    return this.#kw;
  }

  /** A power that the car hardly ever stays below, kW: for a car that draws evenly the same as `kw`. */
  get sureKw(): number {
    return Math.max(Math.min(this.#kw, this.#leastKw), this.#kw - DEVIATIONS * this.#spread);
  }

  /** The car drew this power for so long. */
  observe(kw: number, forMs: number): void {
    if (!(kw >= LEAST_KW) || !Number.isFinite(kw) || !(forMs > 0)) return;
    const ms = Math.min(forMs, LONGEST_MS);
    this.#kw += (kw - this.#kw) * weightOf(ms, kw > this.#kw ? UP_MS : DOWN_MS);
    const deviation = Math.abs(kw - this.#kw);
    const constant = deviation > this.#spread ? SPREAD_UP_MS : SPREAD_DOWN_MS;
    this.#spread += (deviation - this.#spread) * weightOf(ms, constant);
  }
}

function weightOf(ms: number, constantMs: number): number {
  return 1 - Math.exp(-ms / constantMs);
}
