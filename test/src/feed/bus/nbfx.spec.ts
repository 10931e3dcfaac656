import { expect } from 'chai';
import { textOf } from '../../../../src/feed/bus/nbfx';
import { encode } from '../../../support/feed/nbfx-encoder';

/** `<string>` without a name space. */
const ELEMENT = [0x40, 1, 0x73];
const END = 0x01;
const bytes = (...parts: (number | string | Buffer)[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.of(part) : Buffer.isBuffer(part) ? part : Buffer.from(part),
    ),
  );

describe('the text in the binary XML of a message', () => {
  for (const unicode of [false, true]) {
    for (const width of [1, 2, 4] as const) {
      for (const endsElement of [false, true]) {
        const name = `${unicode ? 'UTF-16' : 'UTF-8'}, a length of ${width} bytes, ${endsElement ? 'an end in the record' : 'an end of its own'}`;
        it(`is read: ${name}`, () => {
          const text = 'héllo'.repeat(width === 1 ? 2 : 60);
          const form = {
            width,
            unicode,
            endsElement,
            pieces: 2,
            name: 'n'.repeat(200),
            prefix: 'p',
            comment: 'c'.repeat(150),
          };
          expect(textOf(encode(text, form))).to.equal(text);
        });
      }
    }
  }

  it('is put together from its pieces, up to the end of the element', () => {
    const body = bytes(...ELEMENT, 0x98, 2, 'ab', 0x98, 1, 'c', END, 0x98, 1, 'd');
    expect(textOf(body)).to.equal('abc');
    expect(textOf(bytes(...ELEMENT, 0x98, 2, 'ab', 0x99, 1, 'c', 0x98, 1, 'd'))).to.equal('abc');
  });

  it('may be empty', () => {
    expect(textOf(bytes(...ELEMENT, 0x99, 0))).to.equal('');
  });

  it('is none where an element has no text, or the bytes are no such element', () => {
    expect(textOf(bytes(...ELEMENT, END))).to.equal(undefined);
    expect(textOf(bytes(...ELEMENT, 0x5e, 1, 'a', 0x98, 1, 'b'))).to.equal(undefined);
    expect(textOf(Buffer.alloc(0))).to.equal(undefined);
    expect(textOf(bytes('{"plain":"json"}'))).to.equal(undefined);
  });

  it('is none where a record follows a text that is no text', () => {
    expect(textOf(bytes(...ELEMENT, 0x98, 1, 'a', ...ELEMENT, END))).to.equal(undefined);
  });

  it('is none where the bytes end within a length, a name or a text', () => {
    const whole = bytes(...ELEMENT, 0x9a, 3, 0, 'abc', END);
    expect(textOf(whole)).to.equal('abc');
    for (let length = 1; length < whole.length - 1; length += 1) {
      if (length === ELEMENT.length) continue;
      expect(textOf(whole.subarray(0, length)), `${length} bytes`).to.equal(undefined);
    }
  });

  it('is none where the length of a name has more than five groups of bits', () => {
    expect(textOf(bytes(0x40, 0x81, 0x80, 0x80, 0x80, 0, 'n', 0x99, 1, 'a')), 'five').to.equal('a');
    expect(textOf(bytes(0x40, 0x81, 0x80, 0x80, 0x80, 0x80, 0, 'n', 0x99, 1, 'a')), 'six').to.equal(undefined);
  });
});
