/**
 * An encoder of MC-NBFX for the tests alone, written from the format and not from the decoder.
 * https://learn.microsoft.com/openspecs/windows_protocols/mc-nbfx
 */
export interface Form {
  /** Bytes of the length field of the text. */
  width: 1 | 2 | 4;
  unicode: boolean;
  /** The text record ends the element as well. */
  endsElement: boolean;
  /** A comment stands before the text. */
  comment: string | undefined;
  /** The text is cut into that many records. */
  pieces: number;
  /** Name of the element; long ones have a length of two bytes. */
  name: string;
  prefix: string | undefined;
}

export const USUAL: Form = {
  width: 1,
  unicode: false,
  endsElement: false,
  comment: undefined,
  pieces: 1,
  name: 'string',
  prefix: undefined,
};

const NAMESPACE = 'http://schemas.microsoft.com/2003/10/Serialization/';

export function encode(text: string, form: Form): Buffer {
  const { name, prefix, comment } = form;
  const parts: Buffer[] = [];
  if (prefix === undefined) parts.push(Buffer.of(0x40), string(name), Buffer.of(0x08), string(NAMESPACE));
  else parts.push(Buffer.of(0x41), string(prefix), string(name), Buffer.of(0x09), string(prefix), string(NAMESPACE));
  if (comment !== undefined) parts.push(Buffer.of(0x02), string(comment));
  const pieces = cut(text, form.pieces);
  pieces.forEach((piece, index) => parts.push(chars(piece, form, form.endsElement && index === pieces.length - 1)));
  if (!form.endsElement) parts.push(Buffer.of(0x01));
  return Buffer.concat(parts);
}

function chars(text: string, { width, unicode }: Form, ends: boolean): Buffer {
  const bytes = Buffer.from(text, unicode ? 'utf16le' : 'utf8');
  const least = bytes.length < 0x100 ? 1 : bytes.length < 0x10000 ? 2 : 4;
  const size = Math.max(least, width) as 1 | 2 | 4;
  const first = (unicode ? 0xb6 : 0x98) + { 1: 0, 2: 2, 4: 4 }[size];
  const length = Buffer.alloc(size);
  length.writeUIntLE(bytes.length, 0, size);
  return Buffer.concat([Buffer.of(ends ? first + 1 : first), length, bytes]);
}

/** Whole characters, so that each piece is a text of its own. */
function cut(text: string, pieces: number): string[] {
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / pieces));
  const cuts: string[] = [];
  for (let at = 0; at < characters.length; at += size) cuts.push(characters.slice(at, at + size).join(''));
  return cuts;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length: number[] = [];
  let rest = bytes.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(length), bytes]);
}
