import { isDroppedField, isSecretObservation, looksLikePassword } from './secrets';

/** Turns the text of one field into what the answer shows. `field` is the camelCase name. */
type TextReader = (field: string, text: string) => unknown;

/** Deeper parts are dropped: no Zaptec answer is deeper than ten, and the stack must survive a hostile one. */
const MAX_DEPTH = 64;

/** Keys that would reach the prototype of an object, here or in whatever merges the answer later. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor']);

/** Only these are names of fields; a GUID, a number or a text with blanks is a key of a dictionary and stays as it is. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Field names repeat in every answer; keys of dictionaries do not, so what is remembered is bounded. */
const REMEMBERED = 2_000;
const fields = new Map<string, Field>();

/** What is known of a key of the wire by its name alone. */
interface Field {
  /** The name in the answer; undefined when the field is dropped. */
  name: string | undefined;
  /** Dropped unless its value is a number. */
  password: boolean;
}

/**
 * The camelCase form of a field name: `Id` -> `id`, `MID` -> `mid`, `OCPPUrl` -> `ocppUrl`; underscores stay
 * (`Feature_X_Y` -> `feature_X_Y`). The wire is PascalCase nearly everywhere (`zaptec-api.md`, conventions).
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
 * The same JSON with camelCase names at every depth, without secrets, without `null` fields (Zaptec omits what it does
 * not know, so a missing value stays missing) and without the ballast of `secrets.ts`. Arrays keep their length.
 * Of two names that become one the first is kept. Never throws.
 */
export function camelise(value: unknown, readText: TextReader = (_field, text) => text): unknown {
  return copy(value, '', 0, readText) ?? null;
}

function copy(value: unknown, field: string, depth: number, readText: TextReader): unknown {
  if (typeof value === 'string') return readText(field, value);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item) => copy(item, field, depth + 1, readText) ?? null);
  return copyObject(value as Record<string, unknown>, depth, readText);
}

function copyObject(source: Record<string, unknown>, depth: number, readText: TextReader): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    const { name, password } = fieldOf(key);
    const raw = source[key];
    if (name === undefined || Object.hasOwn(target, name)) continue;
    if (password && typeof raw !== 'number') continue;
    const value = copy(raw, name, depth + 1, readText);
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
