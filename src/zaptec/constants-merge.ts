import type { ConstantsTable, ObservationEntry, SchemaFamily } from './constants-table';
import { isObject } from '../api/shape';

/** Families by the key of their schema in an answer that was decoded. */
const SCHEMAS: readonly (readonly [key: string, family: SchemaFamily])[] = [
  ['smart', 'Smart'],
  ['apollo', 'Apollo'],
  ['homeApm', 'HomeApm'],
  ['genericApm', 'GenericApm'],
];

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;

/** The cloud knows about 230 ids; an answer with far more is not believed. */
const MOST_NAMES = 2_000;
const MOST_BITS = 64;

/**
 * The table with what `/api/constants` tells of names (`zaptec-api.md` 2.18): ids and bits that are new, and names that
 * have changed, per family. Types and units, which the cloud does not tell, stay. What is strange is passed over, and
 * the same table comes back when nothing is new.
 *
 * Decoding has made the first capitals small. A name that is known but for its casing stays as it was; for a new one the
 * first letter is made large again, which is wrong only for one that begins with an abbreviation.
 */
export function mergeConstants(table: ConstantsTable, answer: unknown): ConstantsTable {
  const schemas = isObject(answer) && isObject(answer['schema']) ? answer['schema'] : {};
  const observations = new Map(table.observations);
  const warnings = { Smart: new Map(table.warnings.Smart), Apollo: new Map(table.warnings.Apollo) };
  let changed = false;
  for (const [key, family] of SCHEMAS) {
    const schema = isObject(schemas[key]) ? schemas[key] : {};
    for (const [name, id] of numbers(schema['observationIds'])) {
      const entry = renamed(observations.get(id), id, family, name);
      if (entry) observations.set(id, entry);
      changed ||= entry !== undefined;
    }
    if (family !== 'Smart' && family !== 'Apollo') continue;
    for (const [name, mask] of numbers(schema['warnings'])) {
      // Masks above 2^53 were rounded on their way, and to a power of two again.
      const bit = Math.log2(mask);
      if (!Number.isInteger(bit) || bit >= MOST_BITS || warnings[family].has(bit)) continue;
      warnings[family].set(bit, name.toUpperCase());
      changed = true;
    }
  }
  return changed ? { ...table, observations, warnings } : table;
}

/** The entry with its name in that family; undefined when it has it already. */
function renamed(
  entry: ObservationEntry | undefined,
  id: number,
  family: SchemaFamily,
  told: string,
): ObservationEntry | undefined {
  const name = told.charAt(0).toUpperCase() + told.slice(1);
  if (entry === undefined) return { id, name };
  const known = entry.nameByDevice?.[family] ?? entry.name;
  if (known.toLowerCase() === name.toLowerCase()) return undefined;
  return { ...entry, nameByDevice: { ...entry.nameByDevice, [family]: name } };
}

function numbers(source: unknown): [name: string, value: number][] {
  if (!isObject(source)) return [];
  const entries = Object.entries(source).filter(
    (entry): entry is [string, number] => NAME.test(entry[0]) && Number.isInteger(entry[1]),
  );
  return entries.length > MOST_NAMES ? [] : entries;
}
