import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILE = join('data', 'zaptec-constants.json');

export interface NamedId {
  id: number;
  name: string;
}

/** An id with the device families that have it, and the names in families with another name. */
export interface FamilyId extends NamedId {
  devices: readonly string[];
  nameByDevice?: Readonly<Record<string, string>>;
}

export interface Mask {
  name: string;
  /** Decimal text, because some masks are above 2^53. */
  mask: string;
}

type Named = { id: string; name: string }[];

/** `data/zaptec-constants.json`. */
export interface ConstantsFile {
  _about: { version: string };
  TopLevelKeysOnTheWire: string[];
  Languages: Named;
  Countries: { id: string; code: string; name: string; timeZoneName: string }[];
  InstallationCategories: Named;
  InstallationTypes: ({ id: number; name: string } & Record<string, unknown>)[];
  PhaseIdMap: { id: number; phasesMask: number; networkFamily: string }[];
  DeliveryAreas: NamedId[];
  EnergyPriceUnits: NamedId[];
  /** Ids of delivery areas, by the id of the country. */
  CountryDeliveryAreas: Record<string, number[]>;
  RegionalInfo: ({ regionName: string } & Record<string, string>)[];
  WildcardGuid: string;
  Observations: FamilyId[];
  Commands: FamilyId[];
  Settings: FamilyId[];
  /** The deprecated list at the top level, with names of its own. */
  SmartWarnings: Mask[];
  WarningsSmart: Mask[];
  WarningsApollo: Mask[];
  VarisciteWarnings: Mask[];
}

/** `data` stays at the root of the package while the code runs from `simulator` or `dist/simulator`. */
export function readConstantsFile(from = __dirname): ConstantsFile {
  const file = join(from, FILE);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as ConstantsFile;
  const parent = dirname(from);
  if (parent === from) throw new Error(`${FILE} is missing: install the package again`);
  return readConstantsFile(parent);
}
