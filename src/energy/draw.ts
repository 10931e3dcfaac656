/** A car that draws less than this charges in name only, kW: it balances its cells, or heats itself. */
const LEAST_KW = 0.5;
/** What the power is taken for before the car has shown it, as a part of what the settings say. */
const FIRST = 0.7;
/** Time constants in ms: a car that draws more is believed soon, one that draws less only when it goes on. */
const UP_MS = 3 * 60_000;
const DOWN_MS = 40 * 60_000;
/** A reading counts for at most so long, ms. */
const LONGEST_MS = 10 * 60_000;

/** The power that a car really draws, learnt from what it did. */
export class DrawEstimate {
  #kw: number;

  /** @param statedKw the power of the settings, more than 0. @param learntKw of an earlier run */
  constructor(statedKw: number, learntKw?: number) {
    const stated = Math.max(statedKw, LEAST_KW);
    this.#kw = learntKw !== undefined && learntKw >= LEAST_KW ? Math.min(learntKw, stated * 2) : stated * FIRST;
  }

  /** kW */
  get kw(): number {
    return this.#kw;
  }

  /** The car drew this power for so long. */
  observe(kw: number, forMs: number): void {
    if (!(kw >= LEAST_KW) || !Number.isFinite(kw) || !(forMs > 0)) return;
    const constant = kw > this.#kw ? UP_MS : DOWN_MS;
    this.#kw += (kw - this.#kw) * (1 - Math.exp(-Math.min(forMs, LONGEST_MS) / constant));
  }
}
