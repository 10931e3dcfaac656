import { isObject, type JsonObject } from '../zaptec/json';
import { readBoolean, readNumber } from '../zaptec/values';

/** What a field must be; a field that holds objects has their fields in turn. */
type FieldType = 'text' | 'number' | 'quantity' | 'flag' | FieldTypes | readonly [FieldTypes];
interface FieldTypes {
  readonly [field: string]: FieldType;
}

const CHARGER: FieldTypes = {
  id: 'text',
  name: 'text',
  deviceId: 'text',
  mid: 'text',
  serialNo: 'text',
  deviceType: 'number',
  circuitId: 'text',
  installationId: 'text',
  installationName: 'text',
  currentUserRoles: 'number',
  authenticationType: 'number',
  operatingMode: 'number',
  isOnline: 'flag',
  active: 'flag',
  isAuthorizationRequired: 'flag',
};

const INSTALLATION: FieldTypes = {
  id: 'text',
  name: 'text',
  address: 'text',
  city: 'text',
  zipCode: 'text',
  currentUserRoles: 'number',
  installationType: 'number',
  authenticationType: 'number',
  networkType: 'number',
  maxCurrent: 'number',
  availableCurrent: 'quantity',
  availableCurrentPhase1: 'quantity',
  availableCurrentPhase2: 'quantity',
  availableCurrentPhase3: 'quantity',
  availableCurrentMode: 'number',
  threeToOnePhaseSwitchCurrent: 'number',
  availableFeatures: 'number',
  enabledFeatures: 'number',
  active: 'flag',
  supportGroup: { id: 'text', name: 'text' },
};

const HIERARCHY: FieldTypes = {
  id: 'text',
  name: 'text',
  installationName: 'text',
  networkType: 'number',
  circuits: [
    {
      id: 'text',
      name: 'text',
      maxCurrent: 'number',
      isActive: 'flag',
      active: 'flag',
      installationId: 'text',
      installationName: 'text',
      chargers: [CHARGER],
    },
  ],
};

const FIRMWARE: FieldTypes = {
  chargerId: 'text',
  deviceId: 'text',
  deviceType: 'number',
  currentVersion: 'text',
  availableVersion: 'text',
  isOnline: 'flag',
  isUpToDate: 'flag',
};

const OBSERVATION: FieldTypes = { chargerId: 'text', stateId: 'number', timestamp: 'text', valueAsString: 'text' };

/** The fields that this package acts on, by the endpoint that answers with them; all other fields pass unchecked. */
const ANSWERS: ReadonlyMap<string, FieldTypes | readonly [FieldTypes]> = new Map<
  string,
  FieldTypes | readonly [FieldTypes]
>([
  ['/api/installation', { data: [INSTALLATION] }],
  ['/api/installation/{id}', INSTALLATION],
  ['/api/installation/{id}/hierarchy', HIERARCHY],
  ['/api/chargers', { data: [CHARGER] }],
  ['/api/chargers/{id}', CHARGER],
  ['/api/chargers/{id}/state', [OBSERVATION]],
  ['/api/chargerFirmware/installation/{id}', [FIRMWARE]],
]);

/**
 * A decoded answer whose fields have the types that the rest of the package relies on: a number in a text becomes a
 * number, a number in place of a text becomes a text. A field of a type that means nothing in its place is left out, as
 * if the cloud had not sent it, so that it does not spoil the others. Never throws.
 * @param endpoint the path of the endpoint as a template, such as `/api/chargers/{id}`.
 */
export function withFieldTypes(endpoint: string | undefined, answer: unknown): unknown {
  const types = ANSWERS.get(endpoint ?? '');
  return types === undefined ? answer : typed(answer, types);
}

function typed(value: unknown, types: FieldTypes | readonly [FieldTypes]): unknown {
  if (isList(types)) return Array.isArray(value) ? value.map((item: unknown) => typed(item, types[0])) : value;
  return isObject(value) ? typedFields(value, types) : value;
}

/** Nearly every answer is as it should be: it is copied only where it is not. */
function typedFields(source: JsonObject, types: FieldTypes): JsonObject {
  const changes = new Map<string, unknown>();
  for (const field of Object.keys(source)) {
    const type = Object.hasOwn(types, field) ? types[field] : undefined;
    if (type === undefined) continue;
    const value = READERS[typeof type === 'string' ? type : 'nested'](source[field], type);
    if (value !== source[field]) changes.set(field, value);
  }
  if (changes.size === 0) return source;
  const fields = Object.entries(source).map(([field, value]): [string, unknown] =>
    changes.has(field) ? [field, changes.get(field)] : [field, value],
  );
  return Object.fromEntries(fields.filter(([field, value]) => value !== undefined || !changes.has(field)));
}

const READERS = {
  text: textOf,
  number: numberOf,
  /** Whether it is absent or unreadable makes a difference, so that what is no number stays. */
  quantity: (value: unknown) => numberOf(value) ?? value,
  flag: flagOf,
  nested: (value: unknown, type: FieldType) => (typeof type === 'string' ? undefined : typed(value, type)),
} as const;

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A number, be it in a text; undefined for everything else, infinity included. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? readNumber(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' || typeof value === 'number' ? readBoolean(String(value)) : undefined;
}

function isList(types: FieldTypes | readonly [FieldTypes]): types is readonly [FieldTypes] {
  return Array.isArray(types);
}
