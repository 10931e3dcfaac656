import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { JsonTooLarge, parseJson } from '../../../src/zaptec/bounded-json';
import { program } from '../../support/program';

const MB = 1024 * 1024;
/** Code that counts its steps for mutation testing is slow. */
const SIZES = process.env['MUTATION'] ? [MB / 8] : [MB / 8, MB / 2, 4 * MB];
const LARGEST = Math.max(...SIZES);
const listOf = (item: (index: number) => string, size = LARGEST): string => {
  const items: string[] = [];
  for (let length = 0; length < size; length += items.at(-1)!.length + 1) items.push(item(items.length));
  return `[${items.join(',')}]`;
};
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON from outside', () => {
  it('is what the parser of the engine makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseJson(JSON.stringify(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
    for (const text of ['', 'x', '{"a":', '["\\"]', '"\\\\"x'])
      expect(() => parseJson(text), text).to.throw(SyntaxError);
  });

  it('has at most 64 levels, whatever its texts hold', () => {
    expect(parseJson(nested(64))).to.be.an('array');
    expect(parseJson(JSON.stringify(['['.repeat(100), '\\"{{'.repeat(100)]))).to.have.lengthOf(2);
    for (const depth of [65, 1_000_000]) expect(() => parseJson(nested(depth))).to.throw(JsonTooLarge, '64 levels');
  });

  it('has at most 500,000 values', () => {
    const long = JSON.stringify('x'.repeat(20));
    expect(() => parseJson(listOf(() => long, 12 * MB))).to.throw(JsonTooLarge, 'more than 500000');
  });

  const HOSTILE: Record<string, (index: number) => string> = {
    'empty objects': () => '{}',
    'empty lists': () => '[]',
    'deep lists': () => nested(60),
    'objects of one field': (index) => `{"k${index.toString(36)}":1}`,
    'short texts': (index) => `"${index.toString(36)}"`,
    zeros: () => '0',
  };
  for (const [what, item] of Object.entries(HOSTILE)) {
    it(`is refused where it is ${what}`, () => {
      for (const size of SIZES) {
        expect(() => parseJson(listOf(item, size)), String(size)).to.throw(JsonTooLarge, /values/);
      }
    });
  }

  it('is refused where it is one object of a hundred thousand names', () => {
    const fields = Array.from({ length: 100_000 }, (_none, index) => `"k${index}":1`);
    expect(() => parseJson(`{${fields.join(',')}}`)).to.throw(JsonTooLarge, 'times the memory');
  });

  it('takes the largest answers of Zaptec', () => {
    const entry = '{"Timestamp":"2026-05-04T10:15:00+00:00","Energy":0.123}';
    const session = `{"Id":"0a1b2c3d-0000-4000-8000-000000000001","EnergyDetails":${listOf(() => entry, 5_000)}}`;
    expect(parseJson(listOf(() => session))).to.be.an('array');
    const observation =
      '{"ChargerId":"0a1b2c3d-0000-4000-8000-0000000000a1","StateId":710,"Timestamp":"2026-05-04T10:15:00","ValueAsString":"3"}';
    expect(parseJson(listOf(() => observation))).to.be.an('array');
  });

  it('takes at most ten times its text in memory, decoded', () => {
    const meter = program(path.join(__dirname, '../../support/json-memory.ts'));
    const options = ['--expose-gc', '--max-old-space-size=512', meter];
    const ratios = JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' })) as Record<string, number>;
    expect(Object.keys(ratios)).to.have.lengthOf.above(5);
    for (const [shape, ratio] of Object.entries(ratios)) expect(ratio, shape).to.be.lessThan(10);
  }).timeout(60_000);
});
