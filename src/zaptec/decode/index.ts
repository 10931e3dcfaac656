import { isDroppedField, isSecretObservation, looksLikePassword } from './secrets';
import { isTimeField, resemblesTime, toUtc } from './times';

/** Deeper parts are dropped: no Zaptec answer is deeper than ten, and the stack must survive a hostile one. */
const MAX_DEPTH = 64;

/** Keys that would reach the prototype of an object, here or in a program that merges the answer later. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor']);

/** The form of a field name; a GUID, a number or a text with blanks is a key of a dictionary and stays as it is. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Field names repeat in every answer; keys of dictionaries do not, so only so many names are remembered. */
const REMEMBERED = 2_000;
const fields = new Map<string, Field>();

/** What follows from the name of a key alone. */
interface Field {
  /** The name in the answer; undefined when the field is dropped. */
  name: string | undefined;
  /** Dropped unless its value is a number. */
  password: boolean;
}

/**
 * The camelCase form of a field name: `Id` -> `id`, `MID` -> `mid`, `OCPPUrl` -> `ocppUrl`; underscores stay
 * (`Feature_X_Y` -> `feature_X_Y`). The wire is PascalCase nearly everywhere (docs/zaptec-api.md, "Conventions").
 */
export function camelName(name: string): string {
  if (!IDENTIFIER.test(name)) return name;
  const capitals = name.length - name.replace(/^[A-Z]+/, '').length;
  const wordFollows = /^[a-z]/.test(name.slice(capitals));
  // The last capital of a run begins the next word: OCPPUrl is OCPP and Url.
  const lowered = wordFollows && capitals > 1 ? capitals - 1 : capitals;
  return name.slice(0, lowered).toLowerCase() + name.slice(lowered);
}

/**
 * An answer of the cloud as the rest of the package knows it: camelCase names at every depth, times as UTC with `Z`, no
 * secrets, no `null` fields (Zaptec omits values that it does not know, so a missing value stays missing), and none of
 * the fields that `secrets.ts` drops. Unknown fields pass through; arrays keep their length; of two names that become one
 * the first is kept. One pass over the JSON; never throws.
 */
export function decode(value: unknown): unknown {
  return copy(value, '', 0) ?? null;
}

/** @param field the camelCase name of the field that holds the value. */
function copy(value: unknown, field: string, depth: number): unknown {
  if (typeof value === 'string') return resemblesTime(value) && isTimeField(field) ? toUtc(value) : value;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item) => copy(item, field, depth + 1) ?? null);
  return copyObject(value as Record<string, unknown>, depth);
}

function copyObject(source: Record<string, unknown>, depth: number): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    const { name, password } = fieldOf(key);
    const raw = source[key];
    if (name === undefined || Object.hasOwn(target, name)) continue;
    if (password && typeof raw !== 'number') continue;
    const value = copy(raw, name, depth + 1);
    if (value !== undefined) target[name] = value;
  }
  if (isSecretObservation(target.stateId)) delete target.valueAsString;
  return target;
}

function fieldOf(key: string): Field {
  const known = fields.get(key);
  if (known !== undefined) return known;
  const name = camelName(key);
  const dropped = PROTOTYPE_KEYS.has(name) || isDroppedField(key);
  const field = { name: dropped ? undefined : name, password: looksLikePassword(key) };
  if (fields.size < REMEMBERED) fields.set(key, field);
  return field;
}
