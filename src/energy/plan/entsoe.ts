import { isObject, type JsonObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';
import { priceNumber, type TimedPrice } from './price-rows';

const MINUTE = 60_000;
/** The lengths of a period that ENTSO-E uses, in minutes. */
const RESOLUTIONS = new Map([
  ['PT5M', 5],
  ['PT15M', 15],
  ['PT30M', 30],
  ['PT60M', 60],
  ['PT1H', 60],
]);
/** Some converters keep the prefix of the name space. */
const DOCUMENT = /^(\w+:)?Publication_MarketDocument$/;
const REFUSAL = /^(\w+:)?Acknowledgement_MarketDocument$/;
/** Of two auctions for the same time, as in Germany, the first is that of the single day-ahead coupling. */
const SEQUENCE = 'classificationSequence_AttributeInstanceComponent.position';
/** Starts and lengths are multiples of this, min. */
const PART_MIN = 5;
/** An answer of a converter has no more fields beside the document. */
const MOST_NAMES = 20;
/** Of a text of ENTSO-E. */
const LONGEST = 150;

interface Period {
  lengthMs: number;
  sequence: number;
  prices: TimedPrice[];
}

/**
 * The prices of a document of the ENTSO-E transparency platform, as Node-RED's XML node gives it: every element is an
 * array. A position that is left out has the price of the position before (curve type A03). If the document has the same
 * time in two resolutions, the finer one counts, and of two auctions the first. Undefined for anything else.
 * @param most so many prices are read of each period, and at most
 */
export function entsoePrices(input: unknown, calendar: Calendar, most: number): TimedPrice[] | undefined {
  const document = within(input, DOCUMENT);
  if (document === undefined) return undefined;
  const series = all(document['TimeSeries']).filter(isObject);
  const periods = series
    .flatMap((one) => {
      const sequence = Number(first(one[SEQUENCE]) ?? 1);
      return all(one['Period']).flatMap((period) => (isObject(period) ? [{ period, sequence }] : []));
    })
    .slice(0, most)
    .flatMap(({ period, sequence }) => readPeriod(period, sequence, calendar, most) ?? [])
    .sort((a, b) => a.lengthMs - b.lengthMs || a.sequence - b.sequence);
  const taken = new Set<number>();
  const found: TimedPrice[] = [];
  for (const { prices, lengthMs } of periods) {
    const parts = lengthMs / (PART_MIN * MINUTE);
    for (const price of prices) {
      const from = Math.floor(price.start / (PART_MIN * MINUTE));
      const own = Array.from({ length: parts }, (_, index) => from + index);
      if (own.some((part) => taken.has(part))) continue;
      if (found.length > most) return found;
      for (const part of own) taken.add(part);
      found.push(price);
    }
  }
  return found;
}

/** Why ENTSO-E has no prices, in its own words; undefined where this is no such answer. */
export function entsoeRefusal(input: unknown): string | undefined {
  const reason = first(within(input, REFUSAL)?.['Reason']);
  const text = isObject(reason) ? first(reason['text']) : undefined;
  return typeof text === 'string' ? text.slice(0, LONGEST) : undefined;
}

function within(input: unknown, document: RegExp): JsonObject | undefined {
  if (!isObject(input)) return undefined;
  const name = Object.keys(input)
    .slice(0, MOST_NAMES)
    .find((key) => document.test(key));
  const found = name === undefined ? undefined : first(input[name]);
  return isObject(found) ? found : undefined;
}

function readPeriod(period: JsonObject, sequence: number, calendar: Calendar, most: number): Period | undefined {
  const interval = first(period['timeInterval']);
  const lengthMs = (RESOLUTIONS.get(String(first(period['resolution']))) ?? NaN) * MINUTE;
  if (!isObject(interval)) return undefined;
  const start = readTime(first(interval['start']), calendar, true);
  const end = readTime(first(interval['end']), calendar, true);
  if (start === undefined || end === undefined || !(lengthMs > 0)) return undefined;
  const points = new Map<number, number>();
  for (const point of all(period['Point']).filter(isObject)) {
    const price = priceNumber(first(point['price.amount']));
    if (price !== undefined) points.set(Number(first(point['position'])), price);
  }
  const prices: TimedPrice[] = [];
  let price: number | undefined;
  for (let position = 1; start + position * lengthMs <= end && position <= most; position += 1) {
    price = points.get(position) ?? price;
    const at = start + (position - 1) * lengthMs;
    if (price !== undefined) prices.push({ start: at, end: at + lengthMs, price });
  }
  return { lengthMs, sequence: Number.isFinite(sequence) ? sequence : Infinity, prices };
}

const all = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);
const first = (value: unknown): unknown => all(value)[0];
