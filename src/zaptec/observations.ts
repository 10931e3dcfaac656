import { constantsTable, type ConstantsTable, type ObservationEntry } from './constants-table';
import { isSecretObservation } from './decode/secrets';
import { toUtc } from './decode/times';
import { modeOf, type DeviceFamily, type OperationMode } from './device';
import { OBSERVATION } from './observation-ids';
import { readBoolean, readGuid, readJson, readNumber, readUntyped } from './values';
import { bitNames, warningNames } from './warnings';

export type { DeviceFamily } from './device';

/**
 * One entry of `/state` or one message of the bus after decoding (docs/zaptec-api.md, "Charger state", and
 * docs/service-bus.md, "Messages").
 */
export interface RawObservation {
  chargerId: string;
  stateId: number;
  /** ISO 8601 with `Z`: when the charger measured it. */
  timestamp?: string;
  /** Absent for the heartbeat (-1) and for some that were never set. */
  valueAsString?: string;
}

export type ObservationValue = number | boolean | string | Record<string, unknown> | string[];

export interface Observation {
  id: number;
  /** Zaptec's own name in the family of the device; `Observation<id>` when no table knows it. */
  name: string;
  /** Undefined when the cloud sent none or one that is not of the stated type; never 0 in its place. */
  value: ObservationValue | undefined;
  /** A, V, W, kW, kWh, °C, %, s, h or dBm. */
  unit?: string;
  time?: string;
}

/** Units of the table that we write in another way; undefined for those that are no unit. */
const UNITS = new Map<string | undefined, string | undefined>([
  ['degC', '°C'],
  ['h (Pro)', 'h'],
  ['dBm (docs); a recorded sample shows positive 60.000', 'dBm'],
  ['fraction 0..1', undefined],
]);

type Reader = (text: string, family: DeviceFamily) => ObservationValue | undefined;

const READERS: readonly (readonly [type: string, reader: Reader])[] = [
  ['bool', readBoolean],
  ['number', readNumber],
  ['int', readNumber],
  ['guid', readGuid],
  ['json', readJson],
  ['bitmask', (text) => bitNames(text)],
  ['string', (text) => text],
  ['event', () => undefined],
];

/** Observations with a reader that the type in the table does not name. */
const SPECIAL = new Map<number, Reader>([
  [OBSERVATION.WaitingReasons, readJson],
  [OBSERVATION.ChargerOperationMode, readMode],
  [OBSERVATION.Warnings, warningNames],
]);

/** What all observations of one id in one family have in common. */
interface Meaning {
  name: string;
  unit: string | undefined;
  read: Reader;
}

/** By family and id; only ids of the table are kept, so that the map stays small. */
const meanings = new Map<DeviceFamily, Map<number, Meaning>>();
/** The table that the meanings come from. */
let source: ConstantsTable | undefined;

/** One observation with its name in that family, its typed value and its unit. Never throws, whatever the text. */
export function readObservation(raw: RawObservation, family: DeviceFamily): Observation {
  const { name, unit, read } = meaningOf(raw.stateId, family);
  const text: unknown = raw.valueAsString;
  const value = typeof text === 'string' ? read(text, family) : undefined;
  const observation: Observation = { id: raw.stateId, name, value };
  if (unit !== undefined) observation.unit = unit;
  if (raw.timestamp !== undefined) observation.time = toUtc(raw.timestamp);
  return observation;
}

function meaningOf(id: number, family: DeviceFamily): Meaning {
  const table = constantsTable();
  if (table !== source) meanings.clear();
  source = table;
  const known = meanings.get(family)?.get(id);
  if (known !== undefined) return known;
  const entry = table.observations.get(id);
  if (entry === undefined) return { name: `Observation${id}`, unit: undefined, read: (text) => text };
  const unit = UNITS.has(entry.unit) ? UNITS.get(entry.unit) : entry.unit;
  const name = nameOf(entry, family);
  const meaning = { name, unit, read: readerOf(entry, name) };
  const ofFamily = meanings.get(family) ?? new Map<number, Meaning>();
  meanings.set(family, ofFamily.set(id, meaning));
  return meaning;
}

function nameOf(entry: ObservationEntry, family: DeviceFamily): string {
  return (family === 'Unknown' ? undefined : entry.nameByDevice?.[family]) ?? entry.name;
}

function readerOf(entry: ObservationEntry, name: string): Reader {
  if (isSecretObservation(entry.id)) return () => undefined;
  const stated = SPECIAL.get(entry.id) ?? READERS.find(([type]) => entry.type?.startsWith(type))?.[1];
  return stated ?? ((text) => readUntyped(text, name));
}

function readMode(text: string): OperationMode | undefined {
  const code = readNumber(text);
  return code === undefined ? undefined : modeOf(code);
}
