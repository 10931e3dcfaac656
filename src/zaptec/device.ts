import { constantsTable } from './constants-table';

/** The device families, whose observations differ in name; `Unknown` until the type is known. */
export type DeviceFamily = 'Smart' | 'Apollo' | 'HomeApm' | 'GenericApm' | 'Unknown';

export type DeviceModel = 'Pro' | 'Go' | 'Go 2' | 'Home' | 'Sense';

/**
 * DeviceType of the cloud -> family (docs/zaptec-api.md, "Device types"); the other types have no schema of their own.
 */
const FAMILY_OF_TYPE = new Map<number | undefined, DeviceFamily>([
  [1, 'Smart'],
  [3, 'HomeApm'],
  [4, 'Apollo'],
  [6, 'GenericApm'],
]);

/** Key of the product in the table of prefixes -> what the user calls it. */
const MODELS = new Map<string | undefined, { model: DeviceModel; family: DeviceFamily }>([
  ['Pro', { model: 'Pro', family: 'Smart' }],
  ['Home', { model: 'Home', family: 'Smart' }],
  ['Go', { model: 'Go', family: 'Apollo' }],
  ['Go2', { model: 'Go 2', family: 'Apollo' }],
  ['Sense', { model: 'Sense', family: 'HomeApm' }],
]);

const PREFIX_LENGTH = 3;

/** Three letters and digits, as the serial of each charger. */
const SERIAL = /^\s*[A-Z]{3}\d+\s*$/i;

/**
 * The family of a device: by its type, else by the first letters of its serial, since messages of 2021 carried no type
 * (docs/service-bus.md, "Messages").
 */
export function familyOf(deviceType: number | undefined, deviceId: string | undefined): DeviceFamily {
  return FAMILY_OF_TYPE.get(deviceType) ?? productOf(deviceId)?.family ?? 'Unknown';
}

/**
 * The model by the first letters of the serial (docs/zaptec-api.md, "Device types"). The type alone names only a Sense:
 * Go and Go 2 share type 4, Pro and Home type 1. No source has the letters of a Home. Guess: what has type 1 and other
 * letters than a Pro is one.
 */
export function modelOf(deviceId: string | undefined, deviceType?: number): DeviceModel | undefined {
  const product = productOf(deviceId);
  if (product) return product.model;
  const family = FAMILY_OF_TYPE.get(deviceType);
  if (family === 'HomeApm') return 'Sense';
  return family === 'Smart' && SERIAL.test(deviceId ?? '') ? 'Home' : undefined;
}

function productOf(deviceId: string | undefined): { model: DeviceModel; family: DeviceFamily } | undefined {
  const prefix = deviceId?.trim().slice(0, PREFIX_LENGTH).toUpperCase() ?? '';
  return MODELS.get(constantsTable().products.get(prefix));
}

/** The mode of a charger, in the words of our payloads. */
export type OperationMode = 'disconnected' | 'requesting' | 'charging' | 'finished' | 'unknown';

/**
 * Observation 710 and `operatingMode` of a charger (docs/zaptec-api.md, "Operation modes"). There is no 4; one party
 * speaks of a 6, which nobody confirms: it stays unknown.
 */
const MODES = new Map<number | undefined, OperationMode>([
  [1, 'disconnected'],
  [2, 'requesting'],
  [3, 'charging'],
  [5, 'finished'],
]);

/** The mode behind a number; anything else than the known numbers is `unknown`. */
export function modeOf(code: number | undefined): OperationMode {
  return MODES.get(code) ?? 'unknown';
}
