import { OBSERVATION } from '../observation-ids';

/**
 * Fields that must never reach a message, in lower case: the secrets of docs/zaptec-api.md, "Installation" and
 * "Charger list", and one picture.
 */
const DROPPED = new Set([
  'password',
  'pin',
  'ocppinitialchargepointpassword',
  'propertyocpppassword',
  // No secret, but a picture of many kilobytes of no use in a message (docs/zaptec-api.md, "Installation",
  // SupportGroup).
  'logobase64',
]);

/**
 * Observations whose value is a secret: two OCPP keys, and the PIN of a Sense. guess: that the values are usable secrets,
 * from their names.
 */
const SECRET_OBSERVATIONS: ReadonlySet<unknown> = new Set([
  OBSERVATION.OcppNativeAuthorizationKey,
  OBSERVATION.OcppNativeAuthorizationKeyFromZaptec,
  OBSERVATION.PinCode,
]);

/** Whether the field is removed whatever it holds. `name` in any casing. */
export function isDroppedField(name: string): boolean {
  return DROPPED.has(name.toLowerCase());
}

/**
 * Whether a field that is in no list still looks like a password by its name. Numbers are spared by the caller: in the
 * error codes of `/api/constants` the names `InvalidPassword` and `IncorrectPassword` have a number as their value.
 */
export function looksLikePassword(name: string): boolean {
  return name.toLowerCase().endsWith('password');
}

/** An id in a text is one as well. */
export function isSecretObservation(stateId: unknown): boolean {
  return SECRET_OBSERVATIONS.has(typeof stateId === 'string' ? Number(stateId) : stateId);
}
