import { isObject } from '../zaptec/json';

const LONGEST = 40;
const LEAST = 1e-6;
const LONGEST_JSON = 100_000;

/** The object or list of a text in JSON, as MQTT brings it; the input itself where it is none. */
export function fromJson(input: unknown): unknown {
  if (typeof input !== 'string' || input.length > LONGEST_JSON || !/^\s*[{[]/.test(input)) return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}

/**
 * A measured value without what stands around it: the object with `value` and `unit` of P1 readers becomes a text with
 * its unit, and so does an entity of Home Assistant with its `state` and the unit in its `attributes`.
 * @returns the input itself where it is no such object; the bare value where it has no unit
 * @example
 * plainValue({ value: 1.2, unit: 'kW' }) // '1.2 kW'
 * plainValue({ state: '1250', attributes: { unit_of_measurement: 'W' } }) // '1250 W'
 * plainValue({ state: 'unavailable', attributes: {} }) // 'unavailable'
 */
export function plainValue(input: unknown): unknown {
  if (!isObject(input)) return input;
  const { attributes } = input;
  if (isObject(attributes) && 'state' in input) return withUnit(input['state'], attributes['unit_of_measurement']);
  return 'value' in input && 'unit' in input ? withUnit(input['value'], input['unit']) : input;
}

function withUnit(value: unknown, unit: unknown): unknown {
  const isShort = typeof value === 'number' || (typeof value === 'string' && value.length <= LONGEST);
  if (!isShort || typeof unit !== 'string' || unit.length > LONGEST) return value;
  // A number of less is written with an exponent, which no meter means.
  const shown = typeof value === 'number' && Math.abs(value) < LEAST ? 0 : value;
  return `${shown} ${unit}`.trim();
}
