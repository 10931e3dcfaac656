/** How .NET wraps the text of a message: binary XML (MC-NBFX); docs/service-bus.md, "Messages". */

/** Types of records. */
const END_ELEMENT = 0x01;
const COMMENT = 0x02;
const NAMESPACE = 0x08;
const NAMESPACE_WITH_PREFIX = 0x09;
const ELEMENT = 0x40;
const ELEMENT_WITH_PREFIX = 0x41;
/** Chars8, Chars16 and Chars32; the odd type after each is the same and ends the element as well. */
const CHARS = 0x98;
/** UnicodeChars8, 16 and 32, likewise. */
const UNICODE_CHARS = 0xb6;
const LAST_OFFSET = 5;

/** The length of a name is cut into groups of seven bits, at most five of them. */
const MOST_GROUPS = 5;

/**
 * The text of the one element of a message; a long text may come in several pieces. Undefined when the bytes are no such
 * element, also when they hold a record that is legal but none of those above. Never throws; looks at each record once.
 */
export function textOf(bytes: Buffer): string | undefined {
  let text: string | undefined;
  for (let at = 0; at < bytes.length;) {
    const type = bytes[at] ?? 0;
    if (type === END_ELEMENT) return text;
    const encoding = encodingOf(type);
    if (encoding === undefined) {
      at = text === undefined ? afterRecord(bytes, at, type) : -1;
    } else {
      const from = at + 1 + lengthBytes(type);
      at = from + lengthAt(bytes, at + 1, from);
      if (!(at <= bytes.length)) return undefined;
      const piece = bytes.toString(encoding === 'utf8' ? undefined : encoding, from, at);
      text = text === undefined ? piece : text + piece;
      if (type & 1) return text;
    }
    if (at < 0) return undefined;
  }
  return text;
}

function encodingOf(type: number): 'utf8' | 'utf16le' | undefined {
  if (type >= CHARS && type <= CHARS + LAST_OFFSET) return 'utf8';
  return type >= UNICODE_CHARS && type <= UNICODE_CHARS + LAST_OFFSET ? 'utf16le' : undefined;
}

/** The length has 1, 2 or 4 bytes. */
function lengthBytes(type: number): number {
  return 1 << (((type & ~1) - (type < UNICODE_CHARS ? CHARS : UNICODE_CHARS)) >> 1);
}

/** Little-endian; Infinity when the bytes end before. */
function lengthAt(bytes: Buffer, from: number, to: number): number {
  let length = 0;
  for (let at = to - 1; at >= from; at--) length = length * 256 + (bytes[at] ?? Infinity);
  return length;
}

/** Where the next record begins after one that holds no text; -1 when that is not known. */
function afterRecord(bytes: Buffer, at: number, type: number): number {
  switch (type) {
    case COMMENT:
    case NAMESPACE:
    case ELEMENT:
      return afterString(bytes, at + 1);
    case NAMESPACE_WITH_PREFIX:
    case ELEMENT_WITH_PREFIX:
      return afterString(bytes, afterString(bytes, at + 1));
    default:
      return -1;
  }
}

function afterString(bytes: Buffer, start: number): number {
  let length = 0;
  for (let group = 0; group < MOST_GROUPS && start >= 0; group++) {
    const byte = bytes[start + group];
    if (byte === undefined) return -1;
    length += (byte & 0x7f) * 2 ** (7 * group);
    if (byte < 0x80) return start + group + 1 + length;
  }
  return -1;
}
