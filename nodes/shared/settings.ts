import type { NodeDef } from 'node-red';
import { migrate } from './migrations';
import type { Properties, Property, Settings } from './properties';
import { phrase } from '../../src/client';

/**
 * The settings of a node in the types that its table of properties promises. A flow may hold others: `${NAME}` is
 * replaced with what the environment has, text or not, and flows written by hand or by older versions lack fields.
 */
export function readSettings<T extends Properties>(table: T, def: NodeDef): Settings<T> & NodeDef {
  const given = migrate(def.type, def as NodeDef & Record<string, unknown>);
  const read = Object.entries(table).map(([name, property]: [string, Property]) => {
    const { absent = property.value } = property;
    return [name, isBlankNumber(table, given, name) ? absent : coerce(given[name], absent)];
  });
  return { id: def.id, type: def.type, z: def.z, ...Object.fromEntries(read) } as Settings<T> & NodeDef;
}

/** More than any list of a node, the chargers of a fleet included. */
const MOST_ITEMS = 10_000;

/** Says of each number that a flow leaves blank which value applies instead. */
export function blankNumbers(table: Properties, def: NodeDef): string[] {
  const given = migrate(def.type, def as NodeDef & Record<string, unknown>);
  return Object.entries(table)
    .filter(([name]) => isBlankNumber(table, given, name))
    .map(([name, { value }]) => phrase`The setting ${name} is blank: ${String(value)} applies`);
}

/** Whether a number is blank that may not be. That of a TypedInput is a text; its type says that it is a number. */
function isBlankNumber(table: Properties, given: Readonly<Record<string, unknown>>, name: string): boolean {
  const text = given[name];
  const property = table[name];
  if (!property || typeof text !== 'string' || text.trim() !== '') return false;
  const { value, typeOf } = property;
  if (typeof value === 'number' || typeOf === undefined || value === '') return typeof value === 'number';
  const ofDefault = table[typeOf]?.value;
  return ofDefault === 'num' && (given[typeOf] ?? ofDefault) === 'num';
}

function coerce(given: unknown, fallback: Property['value']): string | number | boolean | string[] {
  if (typeof fallback === 'object') return given === undefined || given === null ? [...fallback] : listOf(given);
  if (given === undefined || given === null) return fallback;
  if (typeof fallback === 'boolean') return given === true || /^(true|1|yes|on)$/i.test(textOf(given).trim());
  if (typeof fallback === 'number') return textOf(given).trim() === '' ? fallback : Number(given);
  return textOf(given);
}

/**
 * A list, or a text with commas, which is what a list from the environment is. A dialog stores `${NAME}` as an entry of
 * a list, so that an entry may be such a text as well.
 */
function listOf(given: unknown): string[] {
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  const items = texts.flatMap((text) => textOf(text).split(',', MOST_ITEMS));
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** Empty for what is no text in any sense. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
