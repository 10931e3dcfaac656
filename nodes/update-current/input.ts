import { type Currents, type Quantity, zaptecError, type ZaptecError, phrase } from '../../src/client';

type Unit = Quantity['unit'];

const UNITS = new Map<string, Unit>([
  ['a', 'A'],
  ['kw', 'kW'],
  ['w', 'W'],
]);
const PHASES = ['phase1', 'phase2', 'phase3'] as const;
const REMEDY =
  'Send a number, {"value": 11, "unit": "A", "kW" or "W"}, or {"phase1": 10, "phase2": 10, "phase3": 10}; 0 pauses';
const DECIMAL = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i;
const SHOWN = 60;
/** A longer text is no number that anybody has measured. */
const LONGEST = 400;
/** A power that is less than this on each phase, in A, is too little for a car: most likely it was a current. */
const LEAST_POWER_A = 0.1;

/**
 * Reads a requested current. Numbers may come as text, as MQTT delivers them; nothing else becomes a number.
 * @param unit of a bare number, from the settings of the node.
 * @throws ZaptecError `INPUT_INVALID` that names the field, the value and the remedy.
 */
export function readQuantity(input: unknown, unit: Unit): Quantity {
  if (!isObject(input)) return { unit, value: quantity(input, 'The value') };
  const named = input['unit'] === undefined ? unit : unitOf(input['unit']);
  const given = PHASES.filter((phase) => input[phase] !== undefined);
  if (given.length === 0) return { unit: named, value: quantity(input['value'], 'value') };
  if (input['value'] !== undefined) throw refusal('value stands beside single phases');
  const missing = PHASES.filter((phase) => !given.includes(phase));
  if (missing.length > 0) throw refusal(phrase`${given.join(', ')} without ${missing.join(', ')}`);
  const [phase1, phase2, phase3] = PHASES.map((phase) => quantity(input[phase], phase)) as [number, number, number];
  return { unit: named, phases: { phase1, phase2, phase3 } };
}

/** Why a power looks like a current, given what it is in A; undefined where it does not. */
export function unitDoubt(quantity: Quantity, { phase1, phase2, phase3 }: Currents): string | undefined {
  const most = Math.max(phase1, phase2, phase3);
  if (quantity.unit === 'A' || most <= 0 || most >= LEAST_POWER_A) return undefined;
  const value = 'value' in quantity ? quantity.value : Math.max(...PHASES.map((phase) => quantity.phases[phase]));
  return phrase`${value} ${quantity.unit} is less than ${LEAST_POWER_A} A: A meant?`;
}

function quantity(value: unknown, field: string): number {
  const number = typeof value === 'string' && value.length <= LONGEST && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw refusal(phrase`${field} is ${shown(value)}, no number`);
  return number;
}

function unitOf(value: unknown): Unit {
  const unit = typeof value === 'string' && value.length <= LONGEST ? UNITS.get(value.trim().toLowerCase()) : undefined;
  if (unit) return unit;
  throw refusal(phrase`unit is ${shown(value)}, none of A, kW and W`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function refusal(reason: string): ZaptecError {
  return zaptecError('INPUT_INVALID', reason, { remedy: REMEDY });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, SHOWN)}"`;
  if (value === null || ['number', 'boolean', 'undefined'].includes(typeof value)) return String(value);
  return phrase`of type ${Array.isArray(value) ? 'array' : typeof value}`;
}
