import { zaptecError } from '../../errors/zaptec-error';
import { isObject, type JsonObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';
import type { SeriesKind } from './plan-settings';
import { parsePrices, type PriceSlot } from './prices';

interface Row {
  start: unknown;
  end?: unknown;
  value: unknown;
}

/** Names of the lists in the answers of Solcast, the UK carbon intensity API, Electricity Maps and others. */
const LISTS = ['forecasts', 'forecast', 'data', 'rows', 'result', 'watts', 'values'] as const;
const STARTS = ['start', 'from', 'time', 'datetime', 'period_start', 'startsAt'] as const;
const ENDS = ['end', 'to', 'period_end', 'endsAt'] as const;
const WATTS = ['watts', 'powerW', 'power', 'value'] as const;
const KILOWATTS = ['pv_estimate', 'kw'] as const;
const CARBON = ['carbonIntensity', 'carbon_intensity', 'co2', 'intensity', 'value'] as const;
const PERIOD = /^PT(\d{1,3})M$/;
const MINUTE = 60_000;
const DEEPEST = 6;

const REMEDIES = {
  sun: 'Send rows with a start and watts, or the answer of Solcast or forecast.solar as it is',
  co2: 'Send rows with a start and a value, or the answer of the UK carbon intensity API or Electricity Maps as it is',
} as const;

/**
 * Reads a second series of any shape that services give: the power of the sun in W, or the CO₂ of electricity in any unit.
 * @returns in order of time; the value is called price.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function parseSeries(
  kind: Exclude<SeriesKind, 'none'>,
  input: unknown,
  now: number,
  calendar: Calendar,
): PriceSlot[] {
  const rows = rowsOf(input, 0).map((row) => rowOf(kind, row, calendar));
  try {
    return parsePrices(rows, now, calendar);
  } catch {
    throw zaptecError('INPUT_INVALID', 'The second series cannot be read', { remedy: REMEDIES[kind] });
  }
}

/** The rows of an answer; an object with times as names is rows too. */
function rowsOf(input: unknown, depth: number): unknown[] {
  if (Array.isArray(input)) return input;
  if (!isObject(input) || depth > DEEPEST) return [];
  const name = LISTS.find((key) => typeof input[key] === 'object' && input[key] !== null);
  if (name !== undefined) return rowsOf(input[name], depth + 1);
  return Object.entries(input).map(([start, value]) => ({ start, value }));
}

function rowOf(kind: 'sun' | 'co2', row: unknown, calendar: Calendar): Row | undefined {
  if (!isObject(row)) return undefined;
  const end = first(row, ENDS);
  return { start: first(row, STARTS) ?? startOf(row, end, calendar), end, value: VALUES[kind](row) };
}

/** Solcast names the end of a period and its length. */
function startOf({ period }: JsonObject, end: unknown, calendar: Calendar): number | undefined {
  const minutes = Number(PERIOD.exec(typeof period === 'string' ? period : '')?.[1]);
  const at = readTime(end, calendar);
  return at === undefined || !(minutes > 0) ? undefined : at - minutes * MINUTE;
}

const VALUES = {
  sun: (row: JsonObject): unknown => {
    const kilowatts = Number(first(row, KILOWATTS) ?? NaN);
    return Number.isFinite(kilowatts) ? kilowatts * 1_000 : first(row, WATTS);
  },
  co2: (row: JsonObject): unknown => {
    const value = first(row, CARBON);
    return isObject(value) ? (value['forecast'] ?? value['actual']) : value;
  },
} as const;

const first = (row: JsonObject, names: readonly string[]): unknown =>
  names.map((name) => row[name]).find((value) => value !== undefined && value !== null);
