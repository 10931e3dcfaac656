import type { Calendar } from '../calendar';
import type { PriceSlot } from './prices';

/** A price for a span of time, known or taken from a day before. */
export interface PriceSpan extends PriceSlot {
  estimated: boolean;
}

const HOUR = 3_600_000;
/** Prices that are so old stand in for no day to come, ms. */
const KEPT_MS = 50 * HOUR;
/** Days that stand in for one that is not known yet. */
const BACK = [1, 2] as const;
/** Unknown time is looked at in parts of this length, ms. */
const PART_MS = 900_000;
/** More than two weeks of prices for each 5 minutes. */
const MOST = 5_000;

/** The prices that are known, and for a day that is not known yet those of the day before. */
export class PriceBook {
  #slots: PriceSlot[] = [];

  /** Whether a price is known for any time after `now`. */
  isKnownAfter(now: number): boolean {
    return (this.#slots.at(-1)?.end ?? -Infinity) > now;
  }

  clear(): void {
    this.#slots = [];
  }

  /** Takes prices in order of time, in the place of older ones for the same time. */
  add(prices: readonly PriceSlot[], now: number): void {
    const kept = this.#slots.filter((slot) => slot.end > now - KEPT_MS && !overlaps(prices, slot));
    const news = prices.filter(({ end }) => end > now - KEPT_MS);
    this.#slots = [...kept, ...news].sort((a, b) => a.start - b.start).slice(-MOST);
  }

  /**
   * The price of every moment from one time to another, in order. Where none is known, the price of the same time of the
   * day before stands in, and else the mean. Empty if nothing is known.
   * @param missing in the place of the mean: there is no sun at a time that a forecast leaves out.
   */
  spans(from: number, to: number, calendar: Calendar, missing?: number): PriceSpan[] {
    const mean = this.#slots.reduce((sum, { price }) => sum + price, 0) / this.#slots.length;
    if (!Number.isFinite(mean)) return [];
    const spans: PriceSpan[] = [];
    let at = from;
    while (at < to) {
      const slot = this.#at(at);
      const end = Math.min(to, slot?.end ?? Math.min(at + PART_MS - (at % PART_MS), this.#startAfter(at)));
      const price = slot?.price ?? this.#before(at, calendar) ?? missing ?? mean;
      spans.push({ start: at, end, price, estimated: slot === undefined });
      at = end;
    }
    return spans;
  }

  /** Plain JSON. */
  dump(): unknown {
    return this.#slots.map(({ start, end, price }) => [start, end, price]);
  }

  restore(dumped: unknown): void {
    if (!Array.isArray(dumped)) return;
    const slots = (dumped as unknown[]).flatMap((entry) => {
      const [start, end, price] = Array.isArray(entry) ? (entry as unknown[]) : [];
      const isSlot = [start, end, price].every(Number.isFinite) && (start as number) < (end as number);
      return isSlot ? [{ start: start as number, end: end as number, price: price as number }] : [];
    });
    this.#slots = slots.sort((a, b) => a.start - b.start);
  }

  #before(at: number, calendar: Calendar): number | undefined {
    for (const days of BACK) {
      const slot = this.#at(calendar.daysBefore(at, days));
      if (slot) return slot.price;
    }
    return undefined;
  }

  #at(time: number): PriceSlot | undefined {
    const slot = this.#slots[firstAfter(this.#slots, time) - 1];
    return slot !== undefined && slot.end > time ? slot : undefined;
  }

  #startAfter(time: number): number {
    return this.#slots[firstAfter(this.#slots, time)]?.start ?? Infinity;
  }
}

/** Index of the first slot that starts after a time; the slots are in order. */
export function firstAfter(slots: readonly PriceSlot[], time: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.start ?? Infinity) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function overlaps(slots: readonly PriceSlot[], { start, end }: PriceSlot): boolean {
  const before = slots[firstAfter(slots, start) - 1];
  return (before !== undefined && before.end > start) || (slots[firstAfter(slots, start)]?.start ?? Infinity) < end;
}
