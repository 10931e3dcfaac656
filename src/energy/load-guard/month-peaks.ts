import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';

const MOST_KW = 100_000;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** This month, and one into which a clock that is set may lead. */
const MOST_DAYS = 62;

/** The highest period of each day of the running month, kW. */
export class MonthPeaks {
  readonly #calendar: Calendar;
  #byDay = new Map<string, number>();

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** @param at any time of the period */
  take(at: number, meanKw: number): void {
    const day = this.#dayOf(at);
    this.#byDay.set(day, Math.max(meanKw, this.#byDay.get(day) ?? 0));
    if (this.#byDay.size > MOST_DAYS) this.#byDay = new Map([...this.#byDay].sort(byName).slice(-MOST_DAYS));
  }

  /** The highest days of the month, the highest first, kW. */
  highest(now: number, days: number): number[] {
    return sorted(this.#monthOf(now).map(([, kw]) => kw)).slice(0, days);
  }

  /** The mean power that a period may have today without raising the mean of the highest days, kW. */
  freeKw(now: number, days: number): number {
    const today = this.#dayOf(now);
    const others = sorted(this.#monthOf(now).flatMap(([day, kw]) => (day === today ? [] : [kw])));
    return Math.max(this.#byDay.get(today) ?? 0, others[days - 1] ?? 0);
  }

  /** Plain JSON. */
  dump(): unknown {
    return { byDay: Object.fromEntries(this.#byDay) };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped) || !isObject(dumped['byDay'])) return;
    const days = Object.entries(dumped['byDay']).filter(
      (entry): entry is [string, number] =>
        DAY.test(entry[0]) && typeof entry[1] === 'number' && entry[1] >= 0 && entry[1] <= MOST_KW,
    );
    this.#byDay = new Map(days.sort(byName).slice(-MOST_DAYS));
  }

  #dayOf(at: number): string {
    return this.#calendar.iso(at).slice(0, 10);
  }

  #monthOf(at: number): [string, number][] {
    const month = this.#dayOf(at).slice(0, 7);
    return [...this.#byDay].filter(([day]) => day.startsWith(month));
  }
}

const byName = ([first]: [string, number], [other]: [string, number]): number => (first < other ? -1 : 1);

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => b - a);
