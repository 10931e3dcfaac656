import { isObject, type JsonObject } from '../../zaptec/json';
import { priceNumber } from './price-rows';

/** Where the rows of a price list are, and for which day they are if they have no times of their own. */
export interface PriceList {
  rows: readonly unknown[];
  /** Days after today. */
  day: number;
}

/**
 * Names of the properties that hold a list, or something with a list in it, in the answers of Tibber, Nord Pool, Energi
 * Data Service, aWATTar, Octopus, evcc, EnergyZero, Frank Energie, Amber, the Home Assistant integrations and the power-saver
 * nodes. Of several that are there, the first counts.
 */
const WITHIN = [
  'data',
  'viewer',
  'homes',
  'home',
  'currentSubscription',
  'priceInfo',
  'priceInfoRange',
  // The days and months of it are means, and no slots.
  'priceRating',
  'hourly',
  'attributes',
  'priceData',
  'multiAreaEntries',
  'records',
  'results',
  'result',
  'rates',
  'prices',
  'Prices',
  'forecasts',
  'marketPricesElectricity',
  'marketPrices',
  'electricityPrices',
  'hours',
  'entries',
  'values',
  'nodes',
] as const;

/** Names of the lists of today and of tomorrow. The first pair of which one is there counts. */
const DAYS = [
  ['raw_today', 'raw_tomorrow'],
  ['prices_today', 'prices_tomorrow'],
  ['today', 'tomorrow'],
  ['today_interval_prices', 'tomorrow_interval_prices'],
  ['today_hourly_prices', 'tomorrow_hourly_prices'],
] as const;

/** Names of the attributes of Home Assistant's PVPC sensor, for today and tomorrow, before the hour. */
const PVPC = ['price_', 'price_next_day_'] as const;
const CLOCK = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** Answers of an API are not deeper than this. */
const DEEPEST = 8;
/** In an array of more entries nothing is looked for. */
const MOST_HOMES = 1_000;

/** The lists of prices in an answer of any shape; empty where none is found. */
export function priceLists(input: unknown, depth = 0): PriceList[] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(input)) return listsOfArray(input, depth);
  if (!isObject(input)) return [];
  const pair = DAYS.find((names) => names.some((name) => Array.isArray(input[name])));
  if (pair) {
    return pair.flatMap((name, day) => (Array.isArray(input[name]) ? [{ rows: input[name] as unknown[], day }] : []));
  }
  const columns = columnsOf(input);
  if (columns) return [{ rows: columns, day: 0 }];
  const hours = PVPC.map((name, day) => ({ rows: hoursOf(input, name), day })).filter(({ rows }) => rows.length > 0);
  if (hours.length > 0) return hours;
  const name = WITHIN.find((key) => isFilled(input[key]));
  return name === undefined ? ofOneArea(input) : priceLists(input[name], depth + 1);
}

/** An array of homes, of rows, or of numbers. */
function listsOfArray(array: readonly unknown[], depth: number): PriceList[] {
  if (array.length > MOST_HOMES) return [{ rows: array, day: 0 }];
  // A home that had a contract once has null.
  const nested = array.find((entry) => isObject(entry) && WITHIN.some((key) => isFilled(entry[key])));
  return nested === undefined ? [{ rows: array, day: 0 }] : priceLists(nested, depth + 1);
}

const isFilled = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Energy-Charts has the times and the prices in two columns. */
function columnsOf({ unix_seconds: times, price: prices }: JsonObject): unknown[] | undefined {
  if (!Array.isArray(times) || !Array.isArray(prices)) return undefined;
  return times.map((time: unknown, index) => ({ time, price: prices[index] as unknown }));
}

/** Home Assistant's PVPC sensor has an attribute for each hour of the clock; `price_02h_d` is the hour that comes twice. */
function hoursOf(input: JsonObject, name: string): unknown[] {
  return CLOCK.flatMap((hour) =>
    [`${name}${hour}h`, `${name}${hour}h_d`].flatMap((key) =>
      priceNumber(input[key]) === undefined ? [] : [{ time: `${hour}:00`, price: input[key] }],
    ),
  );
}

/** Home Assistant's Nord Pool action answers with `{NO3: [...]}`. */
function ofOneArea(input: JsonObject): PriceList[] {
  const [only, ...others] = Object.values(input);
  return others.length === 0 && Array.isArray(only) ? [{ rows: only, day: 0 }] : [];
}
