/** A car that draws less than this charges in name only, kW: it balances its cells, or heats itself. */
const LEAST_KW = 0.5;
/** Time constants in ms: a car that draws more is believed soon, one that draws less only when it goes on. */
const UP_MS = 90_000;
const DOWN_MS = 40 * 60_000;
/** Extremes are forgotten slowly, ms. */
const FORGET_MS = 180 * 60_000;
/** A car is known after it has charged for so long, ms: until then its power is believed soon, whether it is more or less. */
const KNOWN_MS = 10 * 60_000;
/** Power that varies by more than this part of it is uneven, as where several cars share a current. */
const UNEVEN = 0.04;
/** A car draws all that was said from this part on, so that it shares nothing. */
const FULL_PART = 0.95;
/** Time constants in ms with which an even power is believed to stay: that of a car that draws all, and of one that may share. */
const FULL_MS = 150_000;
const EVEN_MS = 30 * 60_000;
/** guess: the mean that a car which shares its current gets at least, as a part of what was said: for a moment, for hours. */
const LEAST_PART = 0.4;
const LONG_PART = 0.48;
/** guess: a car of which nothing has been seen draws at least this part of what was said. */
const SUPPOSED_PART = 0.7;
/** The time constant between the two, ms. */
const LONG_MS = 210 * 60_000;
/** guess: the time constant with which an uneven power falls from what was seen last to what it is at least, ms. */
const RECENT_MS = 45 * 60_000;
/** Where the power is uneven, a plan reckons with so much of the way from what is expected to what is sure. */
const CAUTION = 0.5;
/** Earlier sessions agree that differ by no more than this part of the highest. */
const APART = 0.1;
/**
 * The next session is expected to be like so many that agree. Where they drew all that was said it takes more of them: a
 * guest that shares its current gets less, and a look at a car that draws all is short.
 */
const ENOUGH = 3;
const ENOUGH_FULL = 5;
/** A reading counts for at most so long, ms. */
const LONGEST_MS = 10 * 60_000;

/** The power that a car really draws, learnt from what it did. */
export class DrawEstimate {
  readonly #statedKw: number;
  readonly #earlierKw: readonly number[];
  #kw: number;
  #knownMs = 0;
  #lowKw = Infinity;
  #highKw = 0;
  /** What was seen last, and how long ago, ms. */
  #recentKw = 0;
  #recentAgoMs = 0;

  /**
   * @param statedKw the power of the settings, more than 0
   * @param earlierKw the mean power of earlier sessions, of this car or of others
   * @param learntKw what an earlier run has learnt of this session; by default the highest of the earlier sessions
   */
  constructor(statedKw: number, earlierKw: readonly number[] = [], learntKw = Math.max(...earlierKw)) {
    const stated = Math.max(statedKw, LEAST_KW);
    this.#statedKw = stated;
    this.#earlierKw = earlierKw;
    this.#kw = learntKw >= LEAST_KW ? Math.min(learntKw, stated * 2) : stated;
  }

  /** kW */
  get kw(): number {
    return this.#kw;
  }

  /** Nothing has been seen of the car yet, so that a few minutes of charging would tell more than any guess. */
  get isUnseen(): boolean {
    return this.#knownMs === 0;
  }

  /** guess: what a car of which nothing has been seen draws where a look at it would be dear, kW. */
  get supposedKw(): number {
    return this.#leastKw(this.#statedKw * SUPPOSED_PART);
  }

  /** The mean power that a plan for a time had better reckon with, kW: so it is not left with dear times at the end. */
  planKw(forMs: number): number {
    return this.isUneven ? this.#kw + (this.sureKw(forMs) - this.#kw) * CAUTION : this.#kw;
  }

  /** The car has been seen to draw now more, now less, as one that shares its current. */
  get isUneven(): boolean {
    return this.#knownMs > 0 && this.#highKw - this.#lowKw > this.#highKw * UNEVEN;
  }

  /**
   * The mean power that the car hardly ever stays below over a time, kW. A car of which no more is known may be any of
   * those before it, or share its current with others; one that has drawn evenly is believed the more, the longer it has
   * done so.
   */
  sureKw(forMs: number): number {
    const long = 1 - Math.exp(-Math.max(0, forMs) / LONG_MS);
    const sharedKw = this.#leastKw(this.#statedKw * (LEAST_PART + (LONG_PART - LEAST_PART) * long));
    if (this.isUneven) return this.#fallingTo(sharedKw, forMs);
    if (this.#knownMs === 0) return sharedKw;
    const isFull = this.#lowKw >= this.#statedKw * FULL_PART;
    const doubt = Math.exp(-this.#knownMs / (isFull ? FULL_MS : EVEN_MS));
    const evenKw = this.#lowKw + (Math.min(this.#lowKw, sharedKw) - this.#lowKw) * doubt;
    return Math.min(this.#kw, evenKw);
  }

  /** What a car of which no more is known draws at least: as the sessions before it where they agree, else a guess, kW. */
  #leastKw(guessKw: number): number {
    const lowestKw = Math.min(...this.#earlierKw);
    const enough = lowestKw < this.#statedKw * FULL_PART ? ENOUGH : ENOUGH_FULL;
    // A car that shares its current, or draws less than those before it, is not like them.
    const leastKw = Math.min(this.#kw, lowestKw);
    const isLikely = !this.isUneven && leastKw >= Math.max(...this.#earlierKw) * (1 - APART);
    return Math.min(leastKw, isLikely && this.#earlierKw.length >= enough ? Infinity : guessKw);
  }

  /** The mean over a time of a power that falls from what was seen last to the least, kW. */
  #fallingTo(leastKw: number, forMs: number): number {
    const above = Math.max(0, this.#recentKw - leastKw) * Math.exp(-this.#recentAgoMs / RECENT_MS);
    const part = forMs > 1 ? (RECENT_MS / forMs) * weightOf(forMs, RECENT_MS) : 1;
    return Math.min(Math.max(leastKw, this.#kw), leastKw + above * part);
  }

  /** The car drew this power for so long, 0 where it did not charge. @param isSteady it has had the time to reach its power */
  observe(kw: number, forMs: number, isSteady = true): void {
    if (!(forMs > 0)) return;
    this.#recentAgoMs += forMs;
    if (!(kw >= LEAST_KW) || !Number.isFinite(kw)) return;
    this.#recentAgoMs = 0;
    this.#recentKw = kw;
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
