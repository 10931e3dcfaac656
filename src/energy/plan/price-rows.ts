import { isObject, type JsonObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';

/** A price and the time for which it applies, ms since 1970. The end is known only where the row has one. */
export interface TimedPrice {
  start: number;
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
] as const;
/** The price with tax comes before the price without, the local currency before EUR. */
const PRICES = [
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
  'energy',
] as const;
const AREAS = ['PriceArea', 'area', 'Area'] as const;

/** Names of times that are UTC although they do not say so. */
const UTC = /UTC$/;
/** A price above this is a fault, in any currency. */
const MOST = 1e6;

/** One row of any shape; undefined where its time or its price is missing. */
export function readRow(row: unknown, calendar: Calendar): TimedPrice | undefined {
  if (!isObject(row)) return undefined;
  const start = timeOf(row, STARTS, calendar);
  const price = priceOf(row);
  if (start === undefined || price === undefined) return undefined;
  return { start, end: timeOf(row, ENDS, calendar), price };
}

/** The areas of rows that have prices of several areas; of each row the one or the several that it names. */
export function areasOf(rows: readonly unknown[]): string[] {
  const names = rows.filter(isObject).flatMap((row) => {
    const { entryPerArea } = row;
    if (isObject(entryPerArea)) return Object.keys(entryPerArea);
    const name = AREAS.map((key) => row[key]).find((value) => typeof value === 'string' && value !== '');
    return typeof name === 'string' ? [name] : [];
  });
  return [...new Set(names)];
}

/** A finite number, also as text; undefined for anything else, and for what no price can be. */
export function priceNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.trim().replace(',', '.')) : value;
  return typeof number === 'number' && Math.abs(number) <= MOST ? number : undefined;
}

function timeOf(row: JsonObject, names: readonly string[], calendar: Calendar): number | undefined {
  const name = names.find((key) => row[key] !== undefined && row[key] !== null);
  return name === undefined ? undefined : readTime(row[name], calendar, UTC.test(name));
}

function priceOf(row: JsonObject): number | undefined {
  const { entryPerArea } = row;
  if (isObject(entryPerArea)) return priceNumber(Object.values(entryPerArea)[0]);
  const name = PRICES.find((key) => row[key] !== undefined && row[key] !== null && typeof row[key] !== 'object');
  return name === undefined ? undefined : priceNumber(row[name]);
}
