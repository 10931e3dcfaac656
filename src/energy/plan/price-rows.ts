import { isObject, type JsonObject } from '../../zaptec/json';
import { phrase } from '../../errors/phrase';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';
import { shownValue } from '../setting-rules';

/** A price and the time for which it applies, ms since 1970. */
export interface TimedPrice {
  start: number;
  /** Undefined where the row has none; `Infinity` where it says that the price applies until there is another. */
  end: number | undefined;
  price: number;
}

/** Names of the start of a row, in the order in which they count. */
const STARTS = [
  'start',
  'startsAt',
  'start_time',
  'start_timestamp',
  'startTime',
  'time_start',
  'valid_from',
  'from',
  'deliveryStart',
  'HourUTC',
  'TimeUTC',
  'HourDK',
  'TimeDK',
  'StartTime',
  'DateTime',
  'dateTime',
  'datetime',
  'Timestamp',
  'timestamp',
  'timeStamp',
  'time',
  'ts',
  'date',
  'readingDate',
  'validFrom',
  'hour',
] as const;
const ENDS = [
  'end',
  'endsAt',
  'end_time',
  'end_timestamp',
  'endTime',
  'time_end',
  'valid_to',
  'to',
  'deliveryEnd',
  'EndTime',
  'till',
  'validTo',
] as const;
/** Of these ends null means that the price applies until there is another. */
const OPEN_ENDS = ['valid_to', 'validTo'] as const;
/** The price with tax comes before the price without, the local currency before EUR. One counts for all rows. */
const PRICES = [
  'entryPerArea',
  'total',
  'value_inc_vat',
  'PriceWithTax',
  'value',
  'price',
  'Price',
  'price_per_kwh',
  'marketprice',
  'NOK_per_kWh',
  'SEK_per_kWh',
  'DKK_per_kWh',
  'EUR_per_kWh',
  'SpotPriceDKK',
  'DayAheadPriceDKK',
  'SpotPriceEUR',
  'DayAheadPriceEUR',
  'price_ct_per_kwh',
  'marketPrice',
  'TariffUsage',
  'perKwh',
  'per_kwh',
  'energy',
] as const;
/** What rows of one answer may have different prices for. Only the user knows which of them are meant. */
const DISTINCTIONS = [
  {
    keys: ['PriceArea', 'area', 'Area'],
    reason: (names: string) => phrase`It has prices of several areas: ${names}`,
    remedy: 'Ask the service for one area, or keep the rows of one',
  },
  {
    keys: ['payment_method'],
    reason: (names: string) => phrase`It has prices for several payment methods: ${names}`,
    remedy:
      'Keep the rows of yours, for example with the expression payload.results[payment_method="DIRECT_DEBIT"][] as Prices',
  },
  {
    keys: ['channelType', 'channel_type'],
    reason: (names: string) => phrase`It has prices of several channels: ${names}`,
    remedy: 'Keep the rows of one, for example with the expression payload[channelType="general"][] as Prices',
  },
  {
    keys: ['currency', 'Currency'],
    reason: (names: string) => phrase`It has prices in several currencies: ${names}`,
    remedy: 'Keep the rows of one currency',
  },
] as const;

/** Names of times that are UTC although they do not say so. */
const UTC = /UTC$/;
const TIME_OF_DAY = /^([01]\d|2[0-4]):([0-5]\d)(?::00)?$/;
/** So many names of fields are shown in an error. */
const MOST_SHOWN = 6;
/** So many areas, or what else the rows are for, are named in an error. */
const MOST_NAMED = 5;
/** A price above this is a fault, in any currency. */
const MOST = 1e6;
/** Amber's times are a second late, so that no two rows have one in common. */
const LATE_MS = 1_000;
const MINUTE = 60_000;

/** Why rows cannot be read, in words. */
export interface Refusal {
  reason: string;
  /** Undefined where any other shape is the remedy. */
  remedy?: string;
}

/**
 * The name of the price that all rows are read by: the first that any row has. A row that has only another one, such as EUR
 * beside DKK or a price without tax beside one with it, has no price, since two of them in one series compare wrongly.
 */
export const priceKeyOf = (rows: readonly unknown[]): string | undefined =>
  PRICES.find((key) => rows.some((row) => isObject(row) && hasPrice(row, key)));

/**
 * One row of any shape; undefined where its time or its price is missing.
 * @param key name of the price in all rows
 * @param day any time of the day that a time without a date is of, ms
 */
export function readRow(row: unknown, key: string, calendar: Calendar, day: number): TimedPrice | undefined {
  if (!isObject(row)) return undefined;
  const start = timeOf(row, STARTS, calendar, day);
  const price = priceOf(row, key);
  if (start === undefined || price === undefined) return undefined;
  const end = timeOf(row, ENDS, calendar, day);
  const isOpen = end === undefined && OPEN_ENDS.some((name) => row[name] === null);
  return { start: start % MINUTE === LATE_MS ? start - LATE_MS : start, end: isOpen ? Infinity : end, price };
}

/** What a row lacks; undefined for a good one, and for what is no row. */
export function lackOf(row: unknown, key: string | undefined, calendar: Calendar): Refusal | undefined {
  if (!isObject(row)) return undefined;
  const fields = Object.keys(row).slice(0, MOST_SHOWN).join(', ');
  const time = nameOf(row, STARTS);
  if (time === undefined) return { reason: phrase`Its rows have no start, only ${fields}` };
  if (timeOf(row, STARTS, calendar, 0) === undefined) {
    return {
      reason: phrase`A row has the ${time} ${shownValue(row[time])}, which is no time that can be read`,
      // Of 04.05.2026 nobody knows whether it is in April or in May.
      remedy: 'Send times as in 2026-05-04T13:00:00+02:00 (ISO 8601), or as ms since 1970',
    };
  }
  if (key === undefined || !hasPrice(row, key)) return { reason: phrase`Its rows have no price, only ${fields}` };
  return priceOf(row, key) === undefined ? { reason: phrase`A row has the price ${shownValue(row[key])}` } : undefined;
}

/** What rows are a mixture of, such as the prices of two areas; undefined for those that can be read. */
export function mixtureOf(rows: readonly unknown[]): Refusal | undefined {
  for (const { keys, reason, remedy } of DISTINCTIONS) {
    const names = new Set(rows.filter(isObject).flatMap((row) => namesOf(row, keys)));
    if (names.size > 1) return { reason: reason([...names].slice(0, MOST_NAMED).join(', ')), remedy };
  }
  return undefined;
}

/** The one or, of an area, the several that a row is for. */
function namesOf(row: JsonObject, keys: readonly string[]): string[] {
  const { entryPerArea } = row;
  if (keys.includes('area') && isObject(entryPerArea)) return Object.keys(entryPerArea);
  const name = keys.map((key) => row[key]).find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? [name] : [];
}

/** A finite number, also as text; undefined for anything else, and for what no price can be. */
export function priceNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.trim().replace(',', '.')) : value;
  return typeof number === 'number' && Math.abs(number) <= MOST ? number : undefined;
}

const nameOf = (row: JsonObject, names: readonly string[]): string | undefined =>
  names.find((key) => row[key] !== undefined && row[key] !== null);

function timeOf(row: JsonObject, names: readonly string[], calendar: Calendar, day: number): number | undefined {
  const name = nameOf(row, names);
  if (name === undefined) return undefined;
  const value = row[name];
  const [, hours, minutes] = (typeof value === 'string' && TIME_OF_DAY.exec(value)) || [];
  if (hours !== undefined) return calendar.timeOfDay(day, Number(hours) * 60 + Number(minutes));
  return readTime(value, calendar, UTC.test(name));
}

function hasPrice(row: JsonObject, key: string): boolean {
  const value = row[key];
  if (key === 'entryPerArea') return isObject(value);
  return value !== undefined && value !== null && value !== '' && typeof value !== 'object';
}

function priceOf(row: JsonObject, key: string): number | undefined {
  const value = row[key];
  return priceNumber(isObject(value) ? Object.values(value)[0] : value);
}
