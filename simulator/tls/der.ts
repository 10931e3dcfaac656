/**
 * DER, in which a certificate is written (X.690): an element is its tag, the length of its content and its content. What a
 * certificate needs of it is this page; the smallest libraries for it are many times as long, as they read DER too.
 */

const bytesOf = (value: number): Buffer => {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
};

/** Up to 127 one byte; above, the number of its bytes comes first. */
function lengthOf(content: Buffer): Buffer {
  const length = bytesOf(content.length);
  return content.length < 0x80 ? length : Buffer.concat([Buffer.from([0x80 | length.length]), length]);
}

export type Element = (...content: readonly Uint8Array[]) => Buffer;

/** Makes the elements of a tag. */
export function element(tag: number): Element {
  return (...parts) => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
  };
}

export const integer = element(0x02);
export const octetString = element(0x04);
export const sequence = element(0x30);
export const set = element(0x31);

export const NULL = element(0x05)();
export const TRUE = element(0x01)(Buffer.from([0xff]));

export const utf8String = (text: string): Buffer => element(0x0c)(Buffer.from(text));

/** @param unused how many bits of the last byte are not part of it. */
export const bitString = (bytes: Uint8Array, unused = 0): Buffer => element(0x03)(Buffer.from([unused]), bytes);

/** An object identifier such as 2.5.4.3: the first two numbers are one byte, each other one has 7 bits in a byte. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = others.flatMap((value) => {
    const sevens =
      value
        .toString(2)
        .padStart(Math.ceil(value.toString(2).length / 7) * 7, '0')
        .match(/.{7}/g) ?? [];
    return sevens.map((bits, index) => parseInt(bits, 2) | (index < sevens.length - 1 ? 0x80 : 0));
  });
  return element(0x06)(Buffer.from([first * 40 + second, ...bytes]));
}

/** A time in whole seconds, the year with two digits until 2049 (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const text = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  const isShort = date.getUTCFullYear() < 2050;
  return element(isShort ? 0x17 : 0x18)(Buffer.from(isShort ? text.slice(2) : text));
}
