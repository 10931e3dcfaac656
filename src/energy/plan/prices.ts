import { zaptecError, type ZaptecError } from '../../errors/zaptec-error';
import type { Calendar, LocalDay } from '../calendar';
import { entsoePrices, entsoeRefusal } from './entsoe';
import { lackOf, mixtureOf, priceKeyOf, priceNumber, readRow, type Refusal, type TimedPrice } from './price-rows';
import { priceLists, type PriceList } from './price-shapes';
import { phrase } from '../../errors/phrase';

/** A price for a span of time, ms since 1970. Currency, tax and unit are those of the source. */
export interface PriceSlot {
  start: number;
  end: number;
  price: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A price that applies until there is another does so for a year, which is longer than any plan and any bill, ms. */
const OPEN_MS = 366 * DAY;
const MINUTES_A_DAY = 1_440;
const NOON_MINUTES = MINUTES_A_DAY / 2;
/** Prices for each hour, half hour, quarter of an hour and 5 minutes. */
const PER_HOUR = [1, 2, 4, 12] as const;
/** More rows than this are no prices of a few days. */
const MOST_ROWS = 5_000;
const REMEDY =
  'Send an array of numbers for a day (24, 48 or 96), rows with a start and a price, or the answer of Tibber, Nord Pool, ENTSO-E, Energi Data Service, aWATTar or Octopus as it is';

/**
 * Reads prices of any shape that price services and nodes give; docs/energy.md of the repository lists them. Rows
 * without a time or a price are left out. Numbers without times are those of the local day of `now`.
 * @param mostRows more of them in one list are refused.
 * @returns in order of time, without overlaps.
 * @throws ZaptecError `INPUT_INVALID` where there is no price, or where several areas, payment methods, channels or
 * currencies are mixed.
 */
export function parsePrices(input: unknown, now: number, calendar: Calendar, mostRows = MOST_ROWS): PriceSlot[] {
  const data = typeof input === 'string' ? parsed(input) : input;
  const entsoe = entsoePrices(data, calendar, mostRows);
  if (entsoe && entsoe.length > mostRows) throw tooMany(entsoe.length, mostRows);
  const lists = entsoe ? [] : priceLists(data);
  for (const { rows } of lists) if (rows.length > mostRows) throw tooMany(rows.length, mostRows);
  const rows = lists.flatMap((list) => list.rows);
  const mixture = mixtureOf(rows);
  if (mixture) throw zaptecError('INPUT_INVALID', mixture.reason, { remedy: mixture.remedy ?? REMEDY });
  // Of all lists, so that tomorrow is not in another currency than today.
  const key = priceKeyOf(rows);
  const slots = slotsOf(entsoe ?? lists.flatMap((list) => pricesOf(list, key, now, calendar)), now);
  if (slots.length === 0) throw refusal(whyNone(data, rows, key, calendar));
  return slots;
}

function whyNone(data: unknown, rows: readonly unknown[], key: string | undefined, calendar: Calendar): Refusal {
  const answer = entsoeRefusal(data);
  if (answer !== undefined) return { reason: phrase`ENTSO-E answers: ${answer}` };
  const lacks = rows.map((row) => lackOf(row, key, calendar));
  return lacks.find((lack) => lack !== undefined) ?? { reason: 'There is no price in it' };
}

const tooMany = (rows: number, most: number): ZaptecError =>
  refusal({ reason: phrase`It has ${rows} rows, more than ${most}` });

function pricesOf({ rows, day }: PriceList, key: string | undefined, now: number, calendar: Calendar): TimedPrice[] {
  if (rows.length > 0 && rows.every((row) => row === null || priceNumber(row) !== undefined)) {
    return ofDay(rows.map(priceNumber), now, day, calendar);
  }
  if (key === undefined) return [];
  const dayOfList = calendar.timeOfDay(now, NOON_MINUTES, day);
  return withHourTwice(
    rows.flatMap((row) => readRow(row, key, calendar, dayOfList) ?? []),
    calendar,
  );
}

/** Where clocks go back, local times come twice: the second row of such a time is that of an hour later. */
function withHourTwice(prices: readonly TimedPrice[], calendar: Calendar): TimedPrice[] {
  const starts = new Set(prices.map(({ start }) => start));
  const seen = new Set<number>();
  return prices.map((price) => {
    const { start, end } = price;
    const later = start + HOUR;
    const isSecond = seen.has(start) && !starts.has(later) && calendar.clock(later) === calendar.clock(start);
    seen.add(start);
    if (!isSecond) return price;
    starts.add(later);
    return { ...price, start: later, end: end === undefined || end > later ? end : end + HOUR };
  });
}

type Numbers = readonly (number | undefined)[];

/** Numbers without times: for each part of the day, of 23 or 25 hours too, or for what a clock on the wall shows. */
function ofDay(numbers: Numbers, now: number, later: number, calendar: Calendar): TimedPrice[] {
  const day = calendar.day(now, later);
  const { end } = calendar.day(now, later + 1);
  const count = numbers.length;
  if (fits(count, day)) return inTurn(numbers, day);
  if (PER_HOUR.some((each) => each * 24 === count)) return byClock(numbers, day, calendar);
  if (fits(count, { start: day.start, end })) return inTurn(numbers, { start: day.start, end });
  throw refusal({
    reason: phrase`It has ${count} numbers without times, which is not one for each hour, half hour or quarter of a day`,
  });
}

const fits = (count: number, { start, end }: LocalDay): boolean =>
  PER_HOUR.some((each) => (each * (end - start)) / HOUR === count);

function inTurn(numbers: Numbers, { start, end }: LocalDay): TimedPrice[] {
  const lengthMs = (end - start) / numbers.length;
  return numbers.flatMap((price, index) =>
    price === undefined ? [] : [{ start: start + index * lengthMs, end: start + (index + 1) * lengthMs, price }],
  );
}

/** When the clocks change, one hour is left out or comes twice. */
function byClock(numbers: Numbers, { start, end }: LocalDay, calendar: Calendar): TimedPrice[] {
  const lengthMs = DAY / numbers.length;
  const prices: TimedPrice[] = [];
  for (let at = start; at < end; at += lengthMs) {
    const price = numbers[Math.floor((calendar.minuteOfDay(at) * numbers.length) / MINUTES_A_DAY)];
    if (price !== undefined) prices.push({ start: at, end: at + lengthMs, price });
  }
  return prices;
}

/**
 * Rows in any order, with or without ends, as slots: one ends at the latest where the next one starts. One without an end
 * is as long as its neighbours are apart, since a year may have prices for each hour first and for each quarter later. The
 * last one with an open end applies to all time that matters from `now` on.
 */
function slotsOf(prices: readonly TimedPrice[], now: number): PriceSlot[] {
  const starts = new Map<number, TimedPrice>();
  for (const price of prices) if (!starts.has(price.start)) starts.set(price.start, price);
  const sorted = [...starts.values()].sort((a, b) => a.start - b.start);
  const gaps = sorted.slice(1).map(({ start }, index) => start - (sorted[index]?.start ?? start));
  const most = Math.max(HOUR, gaps.length === 0 ? HOUR : Math.min(...gaps));
  return sorted.map(({ start, end, price }, index) => {
    const next = sorted[index + 1]?.start ?? Infinity;
    if (end === Infinity) return { start, end: Math.min(next, Math.max(now, start) + OPEN_MS), price };
    const lengthMs = Math.min(gaps[index - 1] ?? most, gaps[index] ?? most, most);
    const own = end !== undefined && end > start ? end : start + lengthMs;
    return { start, end: Math.min(own, next), price };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal({ reason: 'The text is no JSON' });
  }
}

function refusal({ reason, remedy = REMEDY }: Refusal): ZaptecError {
  return zaptecError('INPUT_INVALID', phrase`The prices cannot be read. ${reason}`, { remedy });
}
