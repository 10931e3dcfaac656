import type { Calendar } from '../calendar';
import { isObject } from '../../zaptec/json';
import type { LoadGuardCode, TariffFacts } from './guard-decision';
import type { LoadGuardSettings } from './guard-settings';
import { MonthPeaks } from './month-peaks';
import { TariffPeriod, type EndedPeriod, type PeriodRules } from './tariff-period';

/** What decides beside the power of the connection. */
export interface TariffSituation {
  settings: LoadGuardSettings;
  now: number;
  /** What is set at the chargers, A; undefined where nobody knows. */
  setA: number | undefined;
  /** How many phases carry the current of cars. */
  usedPhases: number;
}

export interface TariffVerdict {
  code: LoadGuardCode;
  /** A for each phase. */
  limitA: number;
  facts: TariffFacts;
}

const MINUTE = 60_000;
const SECOND = 1_000;
/** A period is looked at in so many parts. */
const PARTS = 12;
/** A change by less is not worth a write, A. */
const BAND_A = 1;
/** Below this a car does not charge, A. */
const LEAST_A = 6;
/** So much of the bound is left for what nobody can foresee. */
const SPARE_PART = 0.03;
/** How fast the mean power of the house follows, ms. */
const MEAN_MS = 3 * MINUTE;

/** Keeps the mean power of each hour or quarter-hour below a bound. */
export class TariffGuard {
  readonly #period: TariffPeriod;
  readonly #peaks: MonthPeaks;
  #totalKw: number | undefined;
  #houseKw: number | undefined;
  #measuredAt = -Infinity;
  #part: number | undefined;
  #limitA: number | undefined;
  #isHouseOld = false;

  constructor(calendar: Calendar) {
    this.#period = new TariffPeriod(calendar);
    this.#peaks = new MonthPeaks(calendar);
  }

  /** @param kw what flows from the grid, negative where it flows into it. @param carsKw what of it flows into cars */
  take(kw: number, carsKw: number, now: number, settings: LoadGuardSettings): void {
    const weight = 1 - Math.exp(-Math.max(0, now - this.#measuredAt) / MEAN_MS);
    const mean = (before: number | undefined, value: number) =>
      (before ?? value) + (value - (before ?? value)) * weight;
    this.#totalKw = mean(this.#totalKw, kw);
    this.#houseKw = mean(this.#isHouseOld ? undefined : this.#houseKw, kw - carsKw);
    this.#isHouseOld = false;
    this.#measuredAt = now;
    this.#note(this.#period.measure(kw, now, this.#rules(settings)));
  }

  /** The next power begins the mean of the house anew, and with it the next decision. */
  forgetHouse(): void {
    this.#isHouseOld = true;
    this.#part = undefined;
  }

  decide({ settings, now, setA, usedPhases }: TariffSituation): TariffVerdict {
    const rules = this.#rules(settings);
    this.#note(this.#period.countTo(now, rules));
    const facts = this.#facts(settings, now, rules);
    const topA = Math.max(0, settings.fuseA - settings.reserveA);
    // After the clock was set back the last value ages from now on.
    this.#measuredAt = Math.min(this.#measuredAt, now);
    const isKnown = now - this.#measuredAt <= settings.holdS * SECOND;
    if (!isKnown || this.#totalKw === undefined || this.#houseKw === undefined) {
      this.#part = undefined;
      return { code: 'unknown', limitA: Math.min(settings.safeA, topA), facts };
    }
    const part = Math.floor(now / ((rules.periodMin * MINUTE) / PARTS));
    if (part === this.#part && this.#limitA !== undefined) return { code: 'holds', limitA: this.#limitA, facts };
    this.#part = part;
    const perAmpereKw = (settings.voltage * usedPhases) / 1_000;
    const freeA = Math.min(topA, Math.max(0, (facts.leftKw * (1 - SPARE_PART) - this.#houseKw) / perAmpereKw));
    const before = setA ?? freeA;
    const isTooMuch = freeA < before - BAND_A && this.#totalKw > facts.leftKw * (1 - SPARE_PART);
    const isRaise = freeA > before + BAND_A || (before < LEAST_A && freeA >= LEAST_A);
    this.#limitA = isTooMuch || isRaise || setA === undefined ? freeA : Math.min(before, topA);
    const code = isTooMuch ? (freeA <= 0 ? 'overload' : 'lowered') : isRaise ? 'raised' : 'holds';
    return { code, limitA: this.#limitA, facts };
  }

  /** Plain JSON. */
  dump(): unknown {
    return { period: this.#period.dump(), peaks: this.#peaks.dump() };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    this.#period.restore(dumped['period']);
    this.#peaks.restore(dumped['peaks']);
  }

  #rules({ period, holdS, keep, limitKw, peakDays }: LoadGuardSettings): PeriodRules {
    const boundKw = (at: number): number =>
      keep === 'limit' ? limitKw : Math.max(limitKw, this.#peaks.freeKw(at, peakDays));
    return { periodMin: Number(period), holdMs: holdS * SECOND, boundKw };
  }

  #facts({ peakDays }: LoadGuardSettings, now: number, rules: PeriodRules): TariffFacts {
    const from = this.#period.start ?? now;
    return {
      from,
      to: from + rules.periodMin * MINUTE,
      usedKwh: this.#period.usedKwh,
      boundKw: rules.boundKw(now),
      leftKw: this.#period.leftKw(now, rules),
      houseKw: this.#houseKw,
      peaksKw: this.#peaks.highest(now, peakDays),
    };
  }

  #note(ended: readonly EndedPeriod[]): void {
    for (const { start, meanKw } of ended) this.#peaks.take(start, meanKw);
  }
}
