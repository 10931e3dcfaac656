import { expect } from 'chai';
import fc from 'fast-check';
import { readBoolean, readGuid, readJson, readNumber, readUntyped } from '../../../src/zaptec/values';
import { draws } from '../../support/draws';

describe('the readers of texts', () => {
  for (const [text, number] of [
    ['16', 16],
    ['15.800', 15.8],
    ['-1', -1],
    ['+2', 2],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1_000],
    [' 7 ', 7],
    ['007', 7],
    ['', undefined],
    [' ', undefined],
    ['0x10', undefined],
    ['1 2', undefined],
    ['1,5', undefined],
    ['12V', undefined],
    ['1e999', undefined],
    ['Infinity', undefined],
  ] as const) {
    it(`read the number of "${text}" as ${number}`, () => expect(readNumber(text)).to.equal(number));
  }

  it('take a text for a number only where it is a decimal number', () => {
    const decimal = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789.+-eExobXn_ ')) }),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const number = decimal.test(candidate.trim()) ? Number(candidate) : NaN;
        expect(readNumber(candidate)).to.equal(Number.isFinite(number) ? number : undefined);
      }),
      { numRuns: draws(2_000) },
    );
  });

  it('read no boolean, no id and no number from a text of another kind', () => {
    expect([readBoolean('1'), readBoolean('0.000'), readBoolean('TRUE'), readBoolean('2')]).to.deep.equal([
      true,
      false,
      true,
      undefined,
    ]);
    expect(readGuid('0A1B2C3D-0000-4000-8000-000000000001')).to.equal('0a1b2c3d-0000-4000-8000-000000000001');
    expect(readGuid('00000000-0000-0000-0000-000000000000')).to.equal(undefined);
    expect([readUntyped('1.5'), readUntyped('007')]).to.deep.equal([1.5, '007']);
  });

  it('take blanks around a value for nothing', () => {
    const id = '0a1b2c3d-0000-4000-8000-000000000001';
    expect([readBoolean(' true\n'), readBoolean(' 0 '), readGuid(` ${id} `)]).to.deep.equal([true, false, id]);
  });

  it('read nothing longer than a value can be', () => {
    const longest = '1'.padStart(400, '0');
    expect([readNumber(longest), readBoolean(longest)]).to.deep.equal([1, true]);
    expect([readNumber(`0${longest}`), readBoolean(`0${longest}`)]).to.deep.equal([undefined, undefined]);
    const id = '0a1b2c3d-0000-4000-8000-000000000001';
    expect([readGuid(id.padEnd(400)), readGuid(id.padEnd(401))]).to.deep.equal([id, undefined]);
  });

  for (const [text, value] of [
    ['{"Id":5}', { id: 5 }],
    ['["a","b"]', ['a', 'b']],
    ['[]', []],
    ['["a",5]', '["a",5]'],
    ['[{"Id":5}]', '[{"Id":5}]'],
    ['5', '5'],
    ['not JSON', 'not JSON'],
    [' ', undefined],
  ] as const) {
    it(`read the JSON of ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () => {
      expect(readJson(text)).to.deep.equal(value);
    });
  }

  it('hand on JSON that is longer than a message as the text it was', () => {
    const [most, more] = [`{"A":1}`.padEnd(256 * 1024), `{"A":1}`.padEnd(256 * 1024 + 1)];
    expect(readJson(most)).to.deep.equal({ a: 1 });
    expect(readJson(more)).to.equal(more);
  });

  for (const [text, name, value] of [
    ['15.800', 'SomeCurrent', 15.8],
    ['10.0', 'SomeCurrent', 10],
    ['2.83012', 'SomeCurrent', 2.83012],
    ['-0.5', 'SomeCurrent', -0.5],
    ['8', 'CertificateVersion', 8],
    ['1.9', 'SomeVersion', 1.9],
    ['1.10', 'SomeVersion', '1.10'],
    ['1.10', '', '1.10'],
    ['2.0', 'SomeVersion', '2.0'],
    ['1.100', 'SomeVersion', '1.100'],
    ['3.1.0', '', '3.1.0'],
    ['001122334455', 'MacWifi', '001122334455'],
    ['0047123', 'SomeSerial', '0047123'],
    ['8947080012345678901', 'SomeId', '8947080012345678901'],
  ] as const) {
    const what = `read "${text}" of an untyped observation ${name} as ${JSON.stringify(value)}`;
    it(what, () => expect(readUntyped(text, name)).to.equal(value));
  }
});
