import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject } from './json';
import { phrase } from '../errors/phrase';

/** The device families that have a schema of their own (docs/zaptec-api.md, "Device types"). */
type SchemaFamily = 'Smart' | 'Apollo' | 'HomeApm' | 'GenericApm';

/** The entry of one observation id. */
export interface ObservationEntry {
  id: number;
  /** Zaptec's name where no family has one of its own. */
  name: string;
  nameByDevice?: Partial<Record<SchemaFamily, string>>;
  /** `bool01`, `number`, `int …`, `string`, `json`, `guid …`, `bitmask …`, `event`; absent when no source states it. */
  type?: string;
  /** Unit in words of the source, which may add a remark. */
  unit?: string;
}

/** The part of the bundled file that is used here. */
interface Table {
  Observations: ObservationEntry[];
  DevicePrefixes: Record<string, readonly string[] | string>;
  WarningsSmart: Flag[];
  WarningsApollo: Flag[];
}

interface Flag {
  name: string;
  /** Position in the mask; absent for the entry that means none. */
  bit?: number;
}

/** The table of ids by id, by prefix and by bit. */
export interface ConstantsTable {
  observations: ReadonlyMap<number, ObservationEntry>;
  /** Three letters of a serial -> key of the product in the table, for example `ZAP` -> `Go`. */
  products: ReadonlyMap<string, string>;
  /** Bit -> name. */
  warnings: { Smart: ReadonlyMap<number, string>; Apollo: ReadonlyMap<number, string> };
}

const FILE = join('data', 'zaptec-constants.json');

let bundled: ConstantsTable | undefined;
let table: ConstantsTable | undefined;

/**
 * The table of ids: the one of the package, with the names of the cloud once `useConstants` has got them. Read from
 * disk once. Throws only when the package is installed without its `data` folder.
 */
export function constantsTable(): ConstantsTable {
  bundled ??= build(JSON.parse(readFileSync(locate(__dirname), 'utf8')) as Table);
  table ??= bundled;
  return table;
}

/** Takes the names of a decoded answer of `/api/constants`; anything else brings back the table of the package. */
export function useConstants(answer: unknown): void {
  constantsTable();
  if (bundled) table = mergeConstants(bundled, answer);
}

/** Finds the file upwards: `data` is at the root of the package, and the code runs from `src` or from `dist/src`. */
export function locate(from: string): string {
  const file = join(from, FILE);
  if (existsSync(file)) return file;
  const parent = dirname(from);
  if (parent === from) throw new Error(phrase`${FILE} is missing: install the package again`);
  return locate(parent);
}

function build(source: Table): ConstantsTable {
  return {
    observations: new Map(source.Observations.map((entry) => [entry.id, entry])),
    products: new Map(
      Object.entries(source.DevicePrefixes).flatMap(([product, prefixes]) =>
        typeof prefixes === 'string' ? [] : prefixes.map((prefix): [string, string] => [prefix, product]),
      ),
    ),
    warnings: { Smart: bits(source.WarningsSmart), Apollo: bits(source.WarningsApollo) },
  };
}

function bits(flags: readonly Flag[]): ReadonlyMap<number, string> {
  return new Map(flags.flatMap(({ bit, name }): [number, string][] => (bit === undefined ? [] : [[bit, name]])));
}

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
 * The table with the names of `/api/constants` (docs/zaptec-api.md, "Constants"): ids and bits that are new, and
 * names that have changed, per family. Types and units stay: the cloud does not send them. Entries of an unexpected
 * form are left out, and the same table comes back when nothing is new.
 *
 * Decoding has made the first capitals small. A name that differs in its casing alone stays as it was; a new one gets a
 * capital again, which is wrong only for one that begins with an abbreviation.
 */
function mergeConstants(table: ConstantsTable, answer: unknown): ConstantsTable {
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
      // Parsing has rounded a mask above 2^53, and the result is again a power of two.
      const bit = Math.log2(mask);
      if (!Number.isInteger(bit) || bit >= MOST_BITS || warnings[family].has(bit)) continue;
      warnings[family].set(bit, name.toUpperCase());
      changed = true;
    }
  }
  return changed ? { ...table, observations, warnings } : table;
}

/** The entry with its name in that family; undefined when it has that name already. */
function renamed(
  entry: ObservationEntry | undefined,
  id: number,
  family: SchemaFamily,
  sentName: string,
): ObservationEntry | undefined {
  const name = sentName.charAt(0).toUpperCase() + sentName.slice(1);
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
