import { zaptecError } from '../errors/zaptec-error';
import { isObject, type JsonObject } from '../zaptec/json';
import { minutesOf, type Days } from './deadline';

/** What is to be reached: kWh of the session, hours of charging, or a percentage of the battery. */
type GoalKind = 'energy' | 'hours' | 'battery';

/** What a plan is to reach, and how. */
export interface PlanSettings {
  goal: GoalKind;
  /** kWh, hours or percent. */
  amount: number;
  /** kWh that the battery holds; for a percentage only. */
  capacityKwh: number;
  /** Local time of day, `HH:mm`. */
  by: string;
  days: Days;
  /** What the car is said to draw, kW. */
  powerKw: number;
  /** Charges at no higher price; undefined for any price. */
  maxPrice: number | undefined;
  /** Above the highest price too, if the goal would be missed otherwise. */
  force: boolean;
  /** In one piece, instead of in the cheapest parts. */
  onePiece: boolean;
  /** Charging lasts at least so long once it has begun, minutes. */
  leastRun: number;
  /** How long before its time the goal is to be reached where it has to be charged without a choice, minutes. */
  buffer: number;
}

const GOALS: readonly string[] = ['energy', 'hours', 'battery'] satisfies GoalKind[];
const DAYS: readonly string[] = ['daily', 'weekdays', 'once'] satisfies Days[];
const MOST_MINUTES = 720;

type Check = (value: unknown) => string | undefined;

const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`;
const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string) ? undefined : `one of ${values.join(', ')}`;
const isBoolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

/** What each setting may be. */
const CHECKS: { readonly [K in keyof PlanSettings]: Check } = {
  goal: oneOf(GOALS),
  amount: between(0, 1_000),
  capacityKwh: between(1, 1_000),
  by: (value) => (isTime(value) ? undefined : 'a time of day such as 07:00'),
  days: oneOf(DAYS),
  powerKw: between(0.5, 500),
  maxPrice: (value) => (value === undefined || Number.isFinite(value) ? undefined : 'a number, or blank for any price'),
  force: isBoolean,
  onePiece: isBoolean,
  leastRun: between(0, MOST_MINUTES),
  buffer: between(0, MOST_MINUTES),
};
const NAMES = Object.keys(CHECKS) as (keyof PlanSettings)[];

/** @throws ZaptecError `INPUT_INVALID` that names the setting, its value and what it may be. */
export function checkSettings(settings: PlanSettings): PlanSettings {
  for (const name of NAMES) {
    const expected = CHECKS[name](settings[name]);
    if (expected !== undefined) throw refusal(name, settings[name], expected);
  }
  return settings;
}

/**
 * Settings by message: some of them, numbers and booleans also as text. `maxPrice: null` lifts the highest price.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readSettingsChange(input: unknown): Partial<PlanSettings> {
  if (!isObject(input)) throw refusal('msg.config', input, 'an object such as {"amount": 20, "by": "07:00"}');
  const read = Object.entries(input).map(([name, value]) => {
    if (!NAMES.includes(name as keyof PlanSettings)) throw refusal(`msg.config.${name}`, value, NAMES.join(', '));
    const typed = asTyped(name as keyof PlanSettings, value);
    const expected = CHECKS[name as keyof PlanSettings](typed);
    if (expected !== undefined) throw refusal(`msg.config.${name}`, value, expected);
    return [name, typed];
  });
  return Object.fromEntries(read) as JsonObject;
}

const TEXTS: readonly string[] = ['goal', 'by', 'days'];

function asTyped(name: keyof PlanSettings, value: unknown): unknown {
  if (name === 'maxPrice' && (value === null || value === '')) return undefined;
  if (typeof value !== 'string' || TEXTS.includes(name)) return value;
  if (/^(true|false)$/i.test(value.trim())) return value.trim().toLowerCase() === 'true';
  return value.trim() === '' ? value : Number(value);
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    minutesOf(value);
    return true;
  } catch {
    return false;
  }
}

function refusal(name: string, value: unknown, expected: string) {
  const shown = typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 40);
  return zaptecError('INPUT_INVALID', `${name} is ${shown}`, { remedy: `Expected: ${expected}` });
}
