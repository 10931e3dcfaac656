import { parseJson } from './bounded-json';
import { decode } from './decode';
import { isGuid } from './guid';
import { isObject } from './json';

// Readers of one text from the cloud. Each returns undefined for a text that is not of its kind, never 0 or false.

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * A text that certainly is a number where no source states a type: as JSON prints it, or with the three decimals of most
 * observations (docs/zaptec-api.md, "Conventions"). `007`, a phone number, a card number or the version 1.10 is none.
 */
const PLAIN_DECIMAL = /^-?(?:0|[1-9]\d{0,14})(?:\.(?:\d{3}|\d{0,14}[1-9]|0))?$/;

/** An observation of such a name is no quantity: its text must come back from the number unchanged. */
const DESIGNATION = /Version|^Mac[A-Z]|(?:[a-z]Id|ID|Identifier|Revision|Mac|Key|Code|Name|Msisdn|Serial)$/;

/** No number of a charger has more characters, the longest mask included. */
const LONGEST_NUMBER = 400;

/** guess: the length of the largest message of a Service Bus of the standard kind. */
const LONGEST_JSON = 256 * 1024;

const NOBODY = '00000000-0000-0000-0000-000000000000';

const [DIGIT_0, DIGIT_9] = [48, 57];

export function readNumber(text: string): number | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  const number = startsPlainly(text) || NUMBER.test(text.trim()) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/**
 * A digit, and then no letter, as nearly every number begins: `Number` itself refuses such a text where it is no decimal
 * number, and needs a fraction of the time of the pattern. A letter could make it a hexadecimal number, `0x10`.
 */
function startsPlainly(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= DIGIT_0 && first <= DIGIT_9 && !(text.charCodeAt(1) > DIGIT_9);
}

/** Booleans travel as `0` and `1` (docs/zaptec-api.md, "Conventions"); `true` and `false` are understood as well. */
export function readBoolean(text: string): boolean | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  const word = text.trim().toLowerCase();
  if (word === 'true' || readNumber(word) === 1) return true;
  if (word === 'false' || readNumber(word) === 0) return false;
  return undefined;
}

/** A GUID in lower case; the all-zero one means nobody or nothing. */
export function readGuid(text: string): string | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  const id = text.trim().toLowerCase();
  return isGuid(id) && id !== NOBODY ? id : undefined;
}

/** JSON in a text: an object is decoded, a list of words stays one, anything else is handed on as the text it was. */
export function readJson(text: string): Record<string, unknown> | string[] | string | undefined {
  if (text.length > LONGEST_JSON) return text;
  if (text.trim() === '') return undefined;
  try {
    const value = decode(parseJson(text));
    if (isWords(value)) return value;
    return isObject(value) ? value : text;
  } catch {
    return text;
  }
}

/**
 * For observations whose type no source states: a number if it plainly is one, else the text.
 * @param name of the observation: a version, a MAC or a serial is a number only where no digit gets lost by that.
 */
export function readUntyped(text: string, name = ''): number | string {
  if (!PLAIN_DECIMAL.test(text)) return text;
  const number = Number(text);
  return DESIGNATION.test(name) && String(number) !== text ? text : number;
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
