import { camelise } from './casing';
import { isTimeField, resemblesTime, toUtc } from './times';

/**
 * An answer of the cloud as the rest of the package knows it: camelCase names, times as UTC with `Z`, no secrets, no
 * `null` fields. One pass over the JSON; unknown fields pass through; never throws.
 */
export function decode(value: unknown): unknown {
  return camelise(value, (field, text) => (resemblesTime(text) && isTimeField(field) ? toUtc(text) : text));
}
