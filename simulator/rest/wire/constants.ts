import { readConstantsFile, type ConstantsFile, type NamedId, type FamilyId, type Mask } from './constants-file';

const FAMILIES = { Smart: 1, Apollo: 4, HomeApm: 3, GenericApm: 6 } as const;
type Family = keyof typeof FAMILIES;

/** Marks a number that JSON.stringify would round. */
const EXACT = 'exact:';

let text: string | undefined;

/** The answer of /api/constants (docs/zaptec-api.md, "Constants"), built once from the table of ids. */
export function wireConstants(): string {
  text ??= JSON.stringify(build(readConstantsFile())).replace(new RegExp(`"${EXACT}(\\d+)"`, 'g'), '$1');
  return text;
}

/** Every key of the real answer. */
function build(file: ConstantsFile): Record<string, unknown> {
  const special: Record<string, unknown> = {
    Languages: file.Languages.map(({ id, name }) => ({ Key: id, Name: name })),
    Countries: Object.fromEntries(
      file.Countries.map(({ id, code, name, timeZoneName }) => [
        id,
        { Id: id, Code: code, Name: name, TimeZoneName: timeZoneName },
      ]),
    ),
    InstallationCategories: file.InstallationCategories.map(({ id, name }) => ({ Id: id, Category: name })),
    InstallationTypes: Object.fromEntries(file.InstallationTypes.map((type) => [type.name, pascal(type)])),
    PhaseIdMap: file.PhaseIdMap.map(({ id, phasesMask, networkFamily }) => ({
      Id: id,
      Phases: phasesMask,
      NetworkFamily: networkFamily,
    })),
    RegionalInfo: Object.fromEntries(file.RegionalInfo.map((region) => [region.regionName, pascal(region)])),
    EnergyPrices: {
      DeliveryArea: byName(file.DeliveryAreas),
      PriceUnit: byName(file.EnergyPriceUnits),
      CountryDeliveryAreas: file.CountryDeliveryAreas,
    },
    Version: file._about.version,
    WildcardGuid: file.WildcardGuid,
    // The top level has only the Smart family, with prefixed names; the schema is its successor.
    Observations: ofFamily(file.Observations, 'Smart'),
    Commands: ofFamily(file.Commands, 'Smart'),
    Settings: ofFamily(file.Settings, 'Smart'),
    SmartWarnings: masks(file.SmartWarnings),
    VarisciteWarnings: masks(file.VarisciteWarnings),
    Schema: schema(file),
  };
  const plain = file as unknown as Record<string, NamedId[]>;
  return Object.fromEntries(file.TopLevelKeysOnTheWire.map((key) => [key, special[key] ?? byName(plain[key] ?? [])]));
}

function schema(file: ConstantsFile): Record<Family, unknown> {
  const one = (family: Family, warnings?: Mask[]) => ({
    DeviceType: FAMILIES[family],
    ObservationIds: ofFamily(file.Observations, family),
    CommandIds: ofFamily(file.Commands, family),
    // Sensors have neither.
    ...(warnings ? { SettingIds: ofFamily(file.Settings, family), Warnings: masks(warnings) } : {}),
  });
  return {
    Smart: one('Smart', file.WarningsSmart),
    Apollo: one('Apollo', file.WarningsApollo),
    HomeApm: one('HomeApm'),
    GenericApm: one('GenericApm'),
  };
}

/** The same id can have different names in different families. */
function ofFamily(entries: readonly FamilyId[], family: Family): Record<string, number> {
  const known = entries.filter(({ devices }) => devices.includes(family));
  return byName(known.map(({ id, name, nameByDevice }) => ({ id, name: nameByDevice?.[family] ?? name })));
}

const byName = (entries: readonly NamedId[]): Record<string, number> =>
  Object.fromEntries(entries.map(({ id, name }) => [name, id]));

const masks = (list: readonly Mask[]): Record<string, string> =>
  Object.fromEntries(list.map(({ name, mask }) => [name, `${EXACT}${mask}`]));

const pascal = (entry: object) =>
  Object.fromEntries(Object.entries(entry).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]));
