import { isObject, type JsonObject } from '../../zaptec/json';
import { phrase } from '../../errors/phrase';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';
import { shownValue } from '../setting-rules';

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
  'readingDate',
  'validFrom',
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
  'marketPrice',
  'TariffUsage',
  'energy',
] as const;
const AREAS = ['PriceArea', 'area', 'Area'] as const;

/** Names of times that are UTC although they do not say so. */
const UTC = /UTC$/;
const TIME_OF_DAY = /^([01]\d|2[0-4]):([0-5]\d)(?::00)?$/;
/** So many names of fields are shown in an error. */
const MOST_SHOWN = 6;
/** A price above this is a fault, in any currency. */
const MOST = 1e6;

/**
 * One row of any shape; undefined where its time or its price is missing.
 * @param day any time of the day that a time without a date is of, ms
 */
export function readRow(row: unknown, calendar: Calendar, day: number): TimedPrice | undefined {
  if (!isObject(row)) return undefined;
  const start = timeOf(row, STARTS, calendar, day);
  const price = priceOf(row);
  if (start === undefined || price === undefined) return undefined;
  return { start, end: timeOf(row, ENDS, calendar, day), price };
}

/** What a row lacks, in words; undefined for a good one, and for what is no row. */
export function lackOf(row: unknown, calendar: Calendar): string | undefined {
  if (!isObject(row)) return undefined;
  const fields = Object.keys(row).slice(0, MOST_SHOWN).join(', ');
  const time = nameOf(row, STARTS);
  if (time === undefined) return phrase`Its rows have no start, only ${fields}`;
  if (timeOf(row, STARTS, calendar, 0) === undefined) {
    return phrase`A row has the ${time} ${shownValue(row[time])}, which is no time that can be read`;
  }
  const price = priceName(row);
  if (price === undefined && !isObject(row['entryPerArea'])) return phrase`Its rows have no price, only ${fields}`;
  return priceOf(row) === undefined ? phrase`A row has the price ${shownValue(row[price ?? ''])}` : undefined;
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

const priceName = (row: JsonObject): string | undefined =>
  PRICES.find((key) => row[key] !== undefined && row[key] !== null && typeof row[key] !== 'object');

function priceOf(row: JsonObject): number | undefined {
  const { entryPerArea } = row;
  if (isObject(entryPerArea)) return priceNumber(Object.values(entryPerArea)[0]);
  const name = priceName(row);
  return name === undefined ? undefined : priceNumber(row[name]);
}
