import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';

const LONGEST_KW = 100_000;

/** The highest period of each day of the running month, kW. */
export class MonthPeaks {
  readonly #calendar: Calendar;
  #month = '';
  #byDay = new Map<string, number>();

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** @param at any time of the period */
  take(at: number, meanKw: number): void {
    this.#turnTo(at);
    const day = this.#dayOf(at);
    this.#byDay.set(day, Math.max(meanKw, this.#byDay.get(day) ?? 0));
  }

  /** The highest days of the month, the highest first, kW. */
  highest(now: number, days: number): number[] {
    this.#turnTo(now);
    return sorted(this.#byDay.values()).slice(0, days);
  }

  /** The mean power that a period may have today without raising the mean of the highest days, kW. */
  freeKw(now: number, days: number): number {
    this.#turnTo(now);
    const today = this.#dayOf(now);
    const others = sorted([...this.#byDay].filter(([day]) => day !== today).map(([, kw]) => kw));
    return Math.max(this.#byDay.get(today) ?? 0, others[days - 1] ?? 0);
  }

  /** Plain JSON. */
  dump(): unknown {
    return { month: this.#month, byDay: Object.fromEntries(this.#byDay) };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped) || typeof dumped['month'] !== 'string' || !isObject(dumped['byDay'])) return;
    const { month } = dumped;
    const days = Object.entries(dumped['byDay']).filter(
      (entry): entry is [string, number] =>
        entry[0].startsWith(month) && typeof entry[1] === 'number' && entry[1] >= 0 && entry[1] <= LONGEST_KW,
    );
    this.#month = month;
    this.#byDay = new Map(days.slice(0, 31));
  }

  #dayOf(at: number): string {
    return this.#calendar.iso(at).slice(0, 10);
  }

  #turnTo(at: number): void {
    const month = this.#dayOf(at).slice(0, 7);
    if (month <= this.#month) return;
    this.#month = month;
    this.#byDay.clear();
  }
}

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => b - a);
