import { phrase } from '../../errors/phrase';
import { zaptecError } from '../../errors/zaptec-error';
import { isObject, type JsonObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';
import { readTime } from '../read-time';
import { shownValue } from '../setting-rules';
import type { SeriesKind } from './plan-settings';
import { parsePrices, type PriceSlot } from './prices';

interface Row {
  start: unknown;
  end?: unknown;
  value: unknown;
}

/**
 * Names of the lists in the answers of Solcast and its Home Assistant integration, the UK carbon intensity API, Electricity
 * Maps and others. Of several that are there, the first counts.
 */
const LISTS = [
  ...['attributes', 'forecasts', 'detailedForecast', 'detailedHourly', 'forecast', 'data', 'rows', 'result'],
  ...['watts', 'watt_hours_period', 'values'],
] as const;
/** The energy since the time before, by the time at its end. */
const ENERGIES = 'watt_hours_period';
const STARTS = ['start', 'from', 'time', 'datetime', 'period_start', 'startsAt'] as const;
const ENDS = ['end', 'to', 'period_end', 'endsAt'] as const;
const WATTS = ['watts', 'powerW', 'power', 'value'] as const;
const KILOWATTS = ['pv_estimate', 'kw'] as const;
const CARBON = ['carbonIntensity', 'carbon_intensity', 'co2', 'intensity', 'value'] as const;
const PERIOD = /^PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?$/;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
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
  const data = typeof input === 'string' ? parsed(kind, input) : input;
  const rows = rowsOf(data, 0, calendar).map((row) => rowOf(kind, row, calendar));
  try {
    return parsePrices(rows, now, calendar);
  } catch {
    throw zaptecError('INPUT_INVALID', 'The second series cannot be read', { remedy: REMEDIES[kind] });
  }
}

/** The rows of an answer; an object with times as names is rows too. */
function rowsOf(input: unknown, depth: number, calendar: Calendar): unknown[] {
  if (Array.isArray(input)) return input;
  if (!isObject(input) || depth > DEEPEST) return [];
  const name = LISTS.find((key) => typeof input[key] === 'object' && input[key] !== null);
  if (name === ENERGIES && isObject(input[name])) return powersOf(input[name], calendar);
  if (name !== undefined) return rowsOf(input[name], depth + 1, calendar);
  return Object.entries(input).map(([start, value]) => ({ start, value }));
}

/** The first time, sunrise, only says where the first period begins. */
function powersOf(energies: JsonObject, calendar: Calendar): Row[] {
  const ends = Object.entries(energies)
    .flatMap(([time, wattHours]) => {
      const at = readTime(time, calendar);
      return at === undefined || typeof wattHours !== 'number' ? [] : [{ at, wattHours }];
    })
    .sort((a, b) => a.at - b.at);
  return ends.slice(1).flatMap(({ at: end, wattHours }, index) => {
    const start = ends[index]?.at ?? end;
    return end > start ? [{ start, end, value: (wattHours * HOUR) / (end - start) }] : [];
  });
}

function parsed(kind: 'sun' | 'co2', text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw zaptecError('INPUT_INVALID', phrase`The second series is the text ${shownValue(text)}, which is no JSON`, {
      remedy: REMEDIES[kind],
    });
  }
}

function rowOf(kind: 'sun' | 'co2', row: unknown, calendar: Calendar): Row | undefined {
  if (!isObject(row)) return undefined;
  const end = first(row, ENDS);
  return { start: first(row, STARTS) ?? startOf(row, end, calendar), end, value: VALUES[kind](row) };
}

/** Solcast names the end of a period and its length. */
function startOf({ period }: JsonObject, end: unknown, calendar: Calendar): number | undefined {
  const [, hours = 0, rest = 0] = PERIOD.exec(typeof period === 'string' ? period : '') ?? [];
  const minutes = Number(hours) * 60 + Number(rest);
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
