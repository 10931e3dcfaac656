import { isObject, type JsonObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';
import { priceNumber, type TimedPrice } from './price-rows';

const MINUTE = 60_000;
/** The lengths of a period that ENTSO-E uses, in minutes. */
const RESOLUTIONS = new Map([
  ['PT15M', 15],
  ['PT30M', 30],
  ['PT60M', 60],
  ['PT1H', 60],
]);
const DOCUMENT = 'Publication_MarketDocument';

interface Period {
  lengthMs: number;
  prices: TimedPrice[];
}

/**
 * The prices of a document of the ENTSO-E transparency platform, as Node-RED's XML node gives it: every element is an
 * array. A position that is left out has the price of the position before (curve type A03). If the document has the same
 * time in two resolutions, the finer one counts. Undefined for anything else.
 */
export function entsoePrices(input: unknown, calendar: Calendar): TimedPrice[] | undefined {
  const document = isObject(input) ? first(input[DOCUMENT]) : undefined;
  if (!isObject(document)) return undefined;
  const series = all(document['TimeSeries']).filter(isObject);
  const periods = series
    .flatMap((one) => all(one['Period']).filter(isObject))
    .flatMap((period) => readPeriod(period, calendar) ?? [])
    .sort((a, b) => a.lengthMs - b.lengthMs);
  return periods.reduce<TimedPrice[]>((found, { prices }) => {
    const isNew = ({ start, end = start }: TimedPrice) =>
      !found.some((other) => start < (other.end ?? 0) && end > other.start);
    return [...found, ...prices.filter(isNew)];
  }, []);
}

function readPeriod(period: JsonObject, calendar: Calendar): Period | undefined {
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
  for (let position = 1; start + position * lengthMs <= end; position += 1) {
    price = points.get(position) ?? price;
    const at = start + (position - 1) * lengthMs;
    if (price !== undefined) prices.push({ start: at, end: at + lengthMs, price });
  }
  return { lengthMs, prices };
}

const all = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);
const first = (value: unknown): unknown => all(value)[0];
