import { phrase } from '../errors/phrase';
/** No answer of Zaptec is deeper than ten. */
const DEEPEST = 64;
const MOST_VALUES = 500_000;

/** What JSON of so many characters costs is of no consequence. */
const SMALL = 64 * 1024;
/** Bytes of memory for each character of the text. With the text itself and its buffers it stays below ten. */
const MOST_RATIO = 6;

/**
 * Bytes that a part of the text needs in Node.js, parsed and decoded; measured. A new name of a field is dear, because
 * the engine describes the form of an object for each order of names.
 */
const CONTAINER = 112;
const VALUE = 40;
const NEW_NAME = 400;

/** A name is recognised by its last characters. */
const HASHED = 32;
/** FNV-1a. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
const NAME_BITS = 1 << 20;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** JSON that would need more memory or a deeper stack than any answer of Zaptec; `message` says how much. */
export class JsonTooLarge extends Error {}

/**
 * Parses JSON from outside. The memory it takes is at most about six times its text, which is checked before it is parsed:
 * `{}` takes forty times its text.
 * @throws JsonTooLarge for more than 64 levels, 500,000 values, or values that take too much memory for their text.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const problem = problemOf(text);
  if (problem !== undefined) throw new JsonTooLarge(problem);
  return JSON.parse(text);
}

/**
 * What is wrong with the size of JSON. Goes once over the characters between its texts, without objects on the way: there
 * may be millions. It throws nothing itself, which would keep the engine from optimizing it.
 */
function problemOf(text: string): string | undefined {
  const names = text.length > SMALL ? new Uint8Array(NAME_BITS >> 3) : undefined;
  let depth = 0;
  let containers = 0;
  let commas = 0;
  let newNames = 0;
  /** Where the last text begins and ends. */
  let from = 0;
  let to = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      from = at + 1;
      to = endOfString(text, from);
      at = to;
    } else if (code === COMMA) {
      commas += 1;
    } else if (code === COLON) {
      if (names && isNew(names, text, from, to)) newNames += 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      containers += 1;
      if (depth > DEEPEST) return phrase`more than ${DEEPEST} levels`;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  const values = containers + commas;
  if (values > MOST_VALUES) return phrase`${values} values, more than ${MOST_VALUES}`;
  const bytes = containers * CONTAINER + commas * VALUE + newNames * NEW_NAME;
  if (text.length <= SMALL || bytes <= MOST_RATIO * text.length) return undefined;
  return phrase`${values} values that take ${Math.round(bytes / text.length)} times the memory of their text`;
}

/** The place of the quote that ends a text; the end of the JSON where there is none. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end >= 0 && isEscaped(text, from, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** Whether an odd number of backslashes stands before a quote. Each backslash is looked at for one quote only. */
function isEscaped(text: string, from: number, quote: number): boolean {
  let at = quote;
  while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 1;
}

/** Remembers a name by its hash; among a million of them few are taken for another. */
function isNew(names: Uint8Array, text: string, from: number, to: number): boolean {
  let hash: number = BASIS;
  for (let at = Math.max(from, to - HASHED); at < to; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  }
  const bit = (hash ^ (hash >>> 12)) & (NAME_BITS - 1);
  const byte = bit >> 3;
  const mask = 1 << (bit & 7);
  const known = names[byte] ?? 0;
  names[byte] = known | mask;
  return (known & mask) === 0;
}
