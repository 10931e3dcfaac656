/** docs/service-bus.md, "Messages": MC-NBFX, a short element with its default namespace. */
const ELEMENT = Buffer.from('\x40\x06string', 'latin1');
const NAMESPACE = 'http://schemas.microsoft.com/2003/10/Serialization/';
const DEFAULT_NAMESPACE = 0x08;
const END_ELEMENT = 0x01;
const CHARS_8 = 0x98;
const CHARS_16 = 0x9a;
const CHARS_32 = 0x9c;

const HEAD = Buffer.concat([ELEMENT, Buffer.from([DEFAULT_NAMESPACE, NAMESPACE.length]), Buffer.from(NAMESPACE)]);

/** Wraps a text as the cloud's serialiser does. The length counts bytes, little-endian, in the shortest record. */
export function envelope(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const length = size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
  const whole = Buffer.allocUnsafe(HEAD.length + 1 + length + size + 1);
  let at = HEAD.copy(whole);
  at = whole.writeUInt8(length === 1 ? CHARS_8 : length === 2 ? CHARS_16 : CHARS_32, at);
  // MC-NBFX allows no Chars32 longer than 2^31 - 1; every message is far below.
  at = whole.writeUIntLE(size, at, length);
  at += whole.write(text, at);
  whole.writeUInt8(END_ELEMENT, at);
  return whole;
}
