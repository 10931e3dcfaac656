import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';

/** How the mean power is reckoned. */
export interface PeriodRules {
  /** min */
  periodMin: number;
  /** A measured power counts for so long, ms. */
  holdMs: number;
  /** The mean power that a period may have, kW; what is not known counts as this much at least. */
  boundKw: (at: number) => number;
}

/** The period that has ended. */
export interface EndedPeriod {
  start: number;
  /** Of what was measured alone: a peak that was only assumed would let the cars make it true. */
  meanKw: number;
}

interface Running {
  start: number;
  usedKwh: number;
  /** Of it, what was measured. */
  measuredKwh: number;
  /** Up to when it is counted, ms. */
  at: number;
  /** The last measured power, kW, and when it was measured. */
  kw: number | undefined;
  measuredAt: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The energy of the running hour or quarter-hour of the local clock. What is not known counts as used. */
export class TariffPeriod {
  readonly #calendar: Calendar;
  #running: Running | undefined;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** kWh of the running period. */
  get usedKwh(): number {
    return this.#running?.usedKwh ?? 0;
  }

  get start(): number | undefined {
    return this.#running?.start;
  }

  /** Counts up to now. @returns the periods that have ended, and were known at least in part */
  countTo(now: number, rules: PeriodRules): EndedPeriod[] {
    const lengthMs = rules.periodMin * MINUTE;
    const start = this.#startOf(now, lengthMs);
    const running = this.#running;
    const isUsable =
      running !== undefined && running.at <= now && running.start <= start && running.start + lengthMs > running.at;
    if (!isUsable) {
      this.#begin(start, now, rules);
      return [];
    }
    if (running.start === start) {
      add(running, now, rules);
      return [];
    }
    const end = running.start + lengthMs;
    add(running, end, rules);
    const ended = { start: running.start, meanKw: (running.measuredKwh / lengthMs) * HOUR };
    this.#running = { ...running, start, at: start, usedKwh: 0, measuredKwh: 0 };
    add(this.#running, now, rules);
    return [ended];
  }

  /** @param kw what flows from the grid; below 0 counts as 0 */
  measure(kw: number, now: number, rules: PeriodRules): EndedPeriod[] {
    const ended = this.countTo(now, rules);
    if (this.#running) Object.assign(this.#running, { kw: Math.max(0, kw), measuredAt: now });
    return ended;
  }

  /** The mean power that the rest of the period may have, kW. The last part counts as a fifth, so that it is no sprint. */
  leftKw(now: number, { periodMin, boundKw }: PeriodRules): number {
    const lengthMs = periodMin * MINUTE;
    const start = this.#running?.start ?? now;
    const leftMs = Math.max(start + lengthMs - now, lengthMs / 5);
    return Math.max(0, ((boundKw(now) * lengthMs) / HOUR - this.usedKwh) / (leftMs / HOUR));
  }

  /** Plain JSON. */
  dump(): unknown {
    return this.#running;
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    const { start, usedKwh, measuredKwh, at, kw, measuredAt } = dumped;
    if (![start, usedKwh, at].every(Number.isFinite) || (usedKwh as number) < 0) return;
    const isMeasured = Number.isFinite(kw) && Number.isFinite(measuredAt);
    this.#running = {
      start: start as number,
      usedKwh: usedKwh as number,
      measuredKwh: typeof measuredKwh === 'number' && measuredKwh >= 0 ? Math.min(measuredKwh, usedKwh as number) : 0,
      at: at as number,
      kw: isMeasured ? (kw as number) : undefined,
      measuredAt: isMeasured ? (measuredAt as number) : 0,
    };
  }

  #begin(start: number, now: number, rules: PeriodRules): void {
    this.#running = { start, at: start, usedKwh: 0, measuredKwh: 0, kw: undefined, measuredAt: 0 };
    add(this.#running, now, rules);
  }

  #startOf(now: number, lengthMs: number): number {
    const intoMinute = now % MINUTE;
    const minutes = this.#calendar.minuteOfDay(now) % (lengthMs / MINUTE);
    return now - intoMinute - minutes * MINUTE;
  }
}

/** The power that was measured counts while it is fresh; after that at least the mean power that is allowed. */
function add(running: Running, to: number, { holdMs, boundKw }: PeriodRules): void {
  const { kw, measuredAt, at } = running;
  const freshUntil = kw === undefined ? at : Math.min(to, Math.max(at, measuredAt + holdMs));
  const assumedKw = Math.max(kw ?? 0, boundKw(at));
  const measuredKwh = ((kw ?? 0) * (freshUntil - at)) / HOUR;
  running.measuredKwh += measuredKwh;
  running.usedKwh += measuredKwh + (assumedKw * (to - freshUntil)) / HOUR;
  running.at = to;
}
