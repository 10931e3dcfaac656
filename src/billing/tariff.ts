import { WEEKDAYS, type Calendar } from '../energy/calendar';
import { minutesOf } from '../energy/plan/deadline';
import type { PriceSlot } from '../energy/plan/prices';
import { zaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

/** A price for each kWh that is the same at all times, or a high one and a low one by the time of the week. */
export type TariffSettings =
  | { kind: 'flat'; price: number }
  | {
      kind: 'high-low';
      high: number;
      low: number;
      /** Local time of day, `HH:mm`, at which the high price begins. */
      from: string;
      /** When it ends; at or before `from`: on the next day. */
      to: string;
      /** The days on which it begins; the low price is for all other times. */
      days: readonly string[];
    };

const MINUTES_A_DAY = 1_440;
/** More days than a bill has. */
const MOST_DAYS = 2_000;

interface Span {
  start: number;
  end: number;
}

/** The price of each moment by a tariff, in a time zone. */
export class Tariff {
  readonly #settings: TariffSettings;
  readonly #calendar: Calendar;
  readonly #high = new Map<number, Span>();

  /** @throws ZaptecError `INPUT_INVALID` */
  constructor(settings: TariffSettings, calendar: Calendar) {
    this.#settings = checked(settings);
    this.#calendar = calendar;
  }

  /** The prices from one time to another, in order and without a gap; ms since 1970. */
  slots(from: number, to: number): PriceSlot[] {
    const tariff = this.#settings;
    if (tariff.kind === 'flat') return [{ start: from, end: to, price: tariff.price }];
    const slots: PriceSlot[] = [];
    let at = from;
    for (const high of this.#highBetween(from, to)) {
      if (high.start > at) slots.push({ start: at, end: high.start, price: tariff.low });
      const end = Math.min(to, high.end);
      slots.push({ start: Math.max(at, high.start), end, price: tariff.high });
      at = end;
    }
    if (at < to || slots.length === 0) slots.push({ start: at, end: to, price: tariff.low });
    return slots;
  }

  #highBetween(from: number, to: number): Span[] {
    const spans: Span[] = [];
    // The high price of yesterday may last until today.
    for (let later = -1; ; later += 1) {
      const day = this.#calendar.day(from, later);
      if (day.start > to || later > MOST_DAYS) return spans;
      const high = this.#highOf(day.start);
      // A moment is a span too.
      const isWithin = high.end > from && (high.start < to || high.start === from);
      if (high.start < high.end && isWithin) spans.push(high);
    }
  }

  #highOf(midnight: number): Span {
    const known = this.#high.get(midnight);
    if (known) return known;
    const high = this.#newHighOf(midnight);
    if (this.#high.size > MOST_DAYS) this.#high.clear();
    this.#high.set(midnight, high);
    return high;
  }

  #newHighOf(midnight: number): Span {
    const tariff = this.#settings;
    if (tariff.kind === 'flat') return { start: midnight, end: midnight };
    if (!tariff.days.includes(this.#calendar.weekday(midnight))) return { start: midnight, end: midnight };
    const [start, end] = [minutesOf(tariff.from), minutesOf(tariff.to)];
    const isNextDay = end <= start;
    return {
      start: this.#calendar.timeOfDay(midnight, start % MINUTES_A_DAY),
      end: this.#calendar.timeOfDay(midnight, end % MINUTES_A_DAY, isNextDay ? 1 : 0),
    };
  }
}

function checked(settings: TariffSettings): TariffSettings {
  const prices = settings.kind === 'flat' ? { price: settings.price } : { high: settings.high, low: settings.low };
  for (const [name, price] of Object.entries(prices)) {
    if (!Number.isFinite(price)) throw refusal(phrase`The price (${name})`, price, 'a number');
  }
  if (settings.kind === 'flat') return settings;
  for (const name of ['from', 'to'] as const) {
    try {
      minutesOf(settings[name]);
    } catch {
      throw refusal(phrase`The time of the high price (${name})`, settings[name], 'a time of day such as 06:00');
    }
  }
  if (settings.days.length === 0) throw refusal('The days of the high price', '', WEEKDAYS.join(', '));
  const unknown = settings.days.find((day) => !(WEEKDAYS as readonly string[]).includes(day));
  if (unknown !== undefined) throw refusal('A day of the high price', unknown, WEEKDAYS.join(', '));
  return settings;
}

function refusal(what: string, value: unknown, expected: string) {
  return zaptecError('INPUT_INVALID', phrase`${what} is "${String(value).slice(0, 40)}"`, {
    remedy: phrase`Expected: ${expected}`,
  });
}
