import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mergeConstants } from './constants-merge';

/** The device families that have a schema of their own (`zaptec-api.md` 6.1). */
export type SchemaFamily = 'Smart' | 'Apollo' | 'HomeApm' | 'GenericApm';

/** What is known of one observation id. */
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

/** What is needed of the companion file; it holds more. */
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

/** The table of ids, ready to be asked. */
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
 * The table of ids: the one of the package, with the names of the cloud once `useConstants` was told them. Read from
 * disk once. Throws only when the package is installed without its `data` folder.
 */
export function constantsTable(): ConstantsTable {
  bundled ??= build(JSON.parse(readFileSync(locate(__dirname), 'utf8')) as Table);
  table ??= bundled;
  return table;
}

/** Takes the names of an answer of `/api/constants`, decoded; anything else leads back to the table of the package. */
export function useConstants(answer: unknown): void {
  constantsTable();
  if (bundled) table = mergeConstants(bundled, answer);
}

/** `data` stays at the root of the package while the code runs from `src` or from `dist/src`, so it is looked for upwards. */
export function locate(from: string): string {
  const file = join(from, FILE);
  if (existsSync(file)) return file;
  const parent = dirname(from);
  if (parent === from) throw new Error(`${FILE} is missing: install the package again`);
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
