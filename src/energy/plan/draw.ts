/** A car that draws less than this charges in name only, kW: it balances its cells, or heats itself. */
const LEAST_KW = 0.5;
/** Time constants in ms: a car that draws more is believed soon, one that draws less only when it goes on. */
const UP_MS = 90_000;
const DOWN_MS = 40 * 60_000;
/** Extremes are forgotten slowly, ms. */
const FORGET_MS = 180 * 60_000;
/** A car is known after it has charged for so long, ms. */
const KNOWN_MS = 10 * 60_000;
/** guess: a car of which no more is known draws at least this part of what the settings say. */
const UNKNOWN_PART = 0.7;
/** Power that varies by more than this part of it is uneven, as where several cars share a current. */
const UNEVEN = 0.15;
/** guess: a car that shares its current gets at least this part of what the settings say. */
const LEAST_PART = 0.4;
/** A reading counts for at most so long, ms. */
const LONGEST_MS = 10 * 60_000;

/** The power that a car really draws, learnt from what it did. */
export class DrawEstimate {
  readonly #leastKw: number;
  #kw: number;
  #knownMs = 0;
  #lowKw = Infinity;
  #highKw = 0;

  /** @param statedKw the power of the settings, more than 0. @param learntKw of an earlier run */
  constructor(statedKw: number, learntKw?: number) {
    const stated = Math.max(statedKw, LEAST_KW);
    this.#leastKw = stated * LEAST_PART;
    this.#kw = learntKw !== undefined && learntKw >= LEAST_KW ? Math.min(learntKw, stated * 2) : stated;
  }

  /** kW */
  get kw(): number {
    return this.#kw;
  }

  /** A power that the car hardly ever stays below, kW: for a car that is known to draw evenly the same as `kw`. */
  get sureKw(): number {
    if (this.#knownMs < KNOWN_MS) return this.#kw * UNKNOWN_PART;
    const isUneven = this.#highKw - this.#lowKw > this.#highKw * UNEVEN;
    return Math.min(this.#kw, isUneven ? this.#leastKw : this.#lowKw);
  }

  /** The car drew this power for so long. @param isSteady it has had the time to reach its power */
  observe(kw: number, forMs: number, isSteady = true): void {
    if (!(kw >= LEAST_KW) || !Number.isFinite(kw) || !(forMs > 0)) return;
    const ms = Math.min(forMs, LONGEST_MS);
    if (!isSteady && kw <= this.#kw) return;
    const isSoon = kw > this.#kw || this.#knownMs < KNOWN_MS;
    this.#kw += (kw - this.#kw) * weightOf(ms, isSoon ? UP_MS : DOWN_MS);
    if (!isSteady) return;
    this.#knownMs += ms;
    const forgotten = weightOf(ms, FORGET_MS);
    this.#lowKw = this.#lowKw < kw ? this.#lowKw + (kw - this.#lowKw) * forgotten : kw;
    this.#highKw = this.#highKw > kw ? this.#highKw + (kw - this.#highKw) * forgotten : kw;
  }
}

function weightOf(ms: number, constantMs: number): number {
  return 1 - Math.exp(-ms / constantMs);
}
