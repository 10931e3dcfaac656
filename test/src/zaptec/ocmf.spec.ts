import { expect } from 'chai';
import fc from 'fast-check';
import { parseOcmf } from '../../../src/zaptec/ocmf';
import { sectionsOf } from '../../../src/zaptec/ocmf-sections';

const ocmf = (readings: unknown, rest = '', extra: object = {}) =>
  `OCMF|${JSON.stringify({ FV: '1.0', ...extra, RD: readings })}${rest}`;
const reading = (fields: object) => ({
  TM: '2026-05-04T08:01:02,000+00:00 R',
  TX: 'B',
  RV: 100,
  RU: 'kWh',
  ST: 'G',
  ...fields,
});

describe('the parser of OCMF', () => {
  it('reads every reading, and the largest good one as the total of the meter', () => {
    const text = ocmf([
      reading({}),
      reading({ TX: 'E', TM: '2026-05-04T12:31:38,250+02:00 R', RV: 112.345 }),
      reading({ TX: 'T', RV: 500, ST: 'E' }),
      reading({ TX: 'T', RV: 101.2 }),
    ]);
    const { readings, meterKwh, meterTime } = parseOcmf(text);
    expect(readings.map(({ type, value, status }) => [type, value, status])).to.deep.equal([
      ['B', 100, 'G'],
      ['E', 112.345, 'G'],
      ['T', 500, 'E'],
      ['T', 101.2, 'G'],
    ]);
    expect(readings[0]?.time).to.equal('2026-05-04T08:01:02.000Z');
    expect(meterKwh).to.equal(112.345);
    expect(meterTime).to.equal('2026-05-04T10:31:38.250Z');
  });

  const units: [string, object, number | undefined][] = [
    ['kWh', { RV: 12.5, RU: 'kWh' }, 12.5],
    ['Wh', { RV: 1234.567, RU: 'Wh' }, 1.234567],
    ['a number in a text', { RV: '12.5' }, 12.5],
    ['0 kWh', { RV: 0 }, 0],
    ['a unit that is no energy', { RU: 'mOhm' }, undefined],
    ['no unit', { RU: undefined }, undefined],
    ['a unit that is no text', { RU: 5 }, undefined],
    ['no value', { RV: undefined }, undefined],
    ['a value that is no number', { RV: 'much' }, undefined],
    ['a value that is a list', { RV: [5] }, undefined],
    ['a unit with blanks', { RV: 5, RU: ' KWH ' }, 5],
    ['a small number of Wh', { RV: 0.0001, RU: 'Wh' }, 0],
    ['a small number of kWh', { RV: 0.0000001 }, 0.0000001],
  ];
  for (const [what, fields, kwh] of units) {
    it(`${what} gives ${kwh ?? 'nothing'}`, () => {
      expect(parseOcmf(ocmf([reading(fields)])).readings[0]?.value).to.equal(kwh);
      expect(parseOcmf(ocmf([reading(fields)])).meterKwh).to.equal(kwh);
    });
  }

  it('takes a unit that was left out from the reading before', () => {
    expect(parseOcmf(ocmf([reading({ RU: 'Wh', RV: 1000 }), reading({ RU: undefined, RV: 2000 })])).meterKwh).to.equal(
      2,
    );
  });

  it('leaves out the fields that a reading does not have, and a time that is none', () => {
    expect(parseOcmf(ocmf([{}, { TM: 'later', ST: 'G', RV: 5, RU: 'kWh' }]))).to.deep.equal({
      readings: [{}, { value: 5, status: 'G' }],
      meterKwh: 5,
    });
    expect(parseOcmf(ocmf([{ TM: 'xZ' }, { TM: '2026-05-04' }])).readings).to.deep.equal([{}, {}]);
  });

  it('says how sure the clock was, where the reading does', () => {
    const clockOf = (TM: string) => parseOcmf(ocmf([reading({ TM })])).readings[0];
    expect(clockOf(' 2026-05-04T08:01:02,000+0000 S ')).to.include({ clock: 'S', time: '2026-05-04T08:01:02.000Z' });
    for (const none of ['2026-05-04T08:01:02,000+0000', '2026-05-04T08:01:02,000+0000  ']) {
      expect(clockOf(none)).to.include({ time: '2026-05-04T08:01:02.000Z' }).and.not.have.property('clock');
    }
  });

  it('takes the first of the largest readings, and leaves out one without a value', () => {
    const later = '2026-05-04T09:00:00,000+00:00 R';
    const { meterKwh, meterTime } = parseOcmf(
      ocmf([reading({}), reading({ TM: later }), reading({ RV: 'x', TM: later })]),
    );
    expect([meterKwh, meterTime]).to.deep.equal([100, '2026-05-04T08:01:02.000Z']);
  });

  it('reads no text that is too long, or has too many bars', () => {
    const padded = (length: number) => ocmf([reading({})]).padEnd(length);
    expect(parseOcmf(padded(512 * 1024)).meterKwh).to.equal(100);
    expect(parseOcmf(padded(512 * 1024 + 1))).to.deep.equal({ readings: [] });
    expect(parseOcmf(ocmf([reading({})], '|{}', { GI: 'A|B|C|D|E|F' })).meterKwh).to.equal(100);
    expect(parseOcmf(ocmf([reading({})], '|{}', { GI: 'A|B|C|D|E|F|G' }))).to.deep.equal({ readings: [] });
    expect(parseOcmf(` ${ocmf([reading({})])}`).meterKwh).to.equal(100);
  });

  it('keeps the payload and the signature as they came, bars included', () => {
    expect(sectionsOf('OCMF|{"GI":"A|B"}|{"SD":"1|2"}')).to.deep.equal({
      payload: { GI: 'A|B' },
      payloadText: '{"GI":"A|B"}',
      signatureText: '{"SD":"1|2"}',
    });
  });

  it('accepts a signature, and bars within the JSON', () => {
    expect(parseOcmf(ocmf([reading({})], '|{"SD":"30|45"}')).meterKwh).to.equal(100);
    expect(parseOcmf(ocmf([reading({})], '|{"SD":"00"}', { GI: 'A|B' })).meterKwh).to.equal(100);
  });

  const junk = [
    undefined,
    '',
    'OCMF',
    'OCMF|',
    'OCMF|5',
    'OCMF|{}',
    'OCMF|{"RD":5}',
    'OCMF|{"RD":[1,null]}',
    '{"RD":[]}',
    'X|{"RD":[{}]}',
  ];
  for (const text of junk) {
    it(`"${text ?? 'missing'}" gives no readings`, () => expect(parseOcmf(text)).to.deep.equal({ readings: [] }));
  }

  it('never throws on any text', () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .array(fc.dictionary(fc.constantFrom('TM', 'TX', 'RV', 'RU', 'ST'), fc.jsonValue()))
        .map((RD) => JSON.stringify({ RD })),
    );
    fc.assert(fc.property(body, (text) => Array.isArray(parseOcmf(`OCMF|${text}`).readings)));
    fc.assert(fc.property(fc.string(), (text) => parseOcmf(text).readings.length === 0));
  });
});
