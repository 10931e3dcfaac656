import { isObject } from '../../zaptec/json';
import { readNumber } from '../../zaptec/values';
import { readMeterPower } from '../load-guard/read-meter';
import { fromJson, plainValue } from '../meter-value';

type PowerUnit = 'W' | 'kW';

/** A power of a house that is larger is a mistake of its meter, W. */
const MOST_W = 1_000_000;
const LONGEST = 100;
const WITH_UNIT = /^([^a-z]+)(k?w)$/i;
const FACTORS: Readonly<Record<string, number>> = { w: 1, kw: 1_000 };

/**
 * Reads a power: a number, a text such as `1250` or `1.2 kW`, an object with `value` and `unit`, or an entity of Home
 * Assistant.
 * @param unit of what has none
 * @returns W; undefined for whatever is no power
 */
export function readPower(reading: unknown, unit: PowerUnit): number | undefined {
  const input = plainValue(reading);
  if (isObject(input)) return scaled(input['value'], factorOf(input['unit'] ?? unit));
  if (typeof input !== 'string' || input.length > LONGEST) return scaled(input, FACTORS[unit.toLowerCase()]);
  const [, number, named] = WITH_UNIT.exec(input.trim()) ?? [];
  return scaled(number ?? input, factorOf(named ?? unit));
}

/** Reads the power at the grid connection: a power, or an object as meters give it, also as JSON; W. */
export function readGridPower(input: unknown, unit: PowerUnit): number | undefined {
  const reading = fromJson(input);
  const watts = readPower(reading, unit);
  if (watts !== undefined || !isObject(reading)) return watts;
  // A value with a unit that is none of a power is no power.
  const isNamed = ([name]: [string, unknown]): boolean => name !== 'value' || !('unit' in reading);
  return scaled(readMeterPower(Object.fromEntries(Object.entries(reading).filter(isNamed))), 1);
}

/** Reads a level of a battery. @returns percent from 0 to 100; undefined for whatever is none */
export function readPercent(input: unknown): number | undefined {
  const number = typeof input === 'string' ? numberIn(input.trim().replace(/\s?%$/, '')) : input;
  return typeof number === 'number' && number >= 0 && number <= 100 ? number : undefined;
}

function factorOf(unit: unknown): number | undefined {
  return typeof unit === 'string' && unit.length <= LONGEST ? FACTORS[unit.trim().toLowerCase()] : undefined;
}

function scaled(input: unknown, factor: number | undefined): number | undefined {
  const number = typeof input === 'string' ? numberIn(input) : input;
  if (typeof number !== 'number' || factor === undefined) return undefined;
  const watts = number * factor;
  return Math.abs(watts) <= MOST_W ? watts : undefined;
}

function numberIn(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  // A decimal comma, and no separator of thousands.
  return readNumber(text.includes('.') ? text.trim() : text.trim().replace(',', '.'));
}
