import { expect } from 'chai';
import { resemblesTime, toUtc, utcOf } from '../../../src/zaptec/decode/times';

const HOUR_BEFORE = '2026-05-04T09:11:12';

describe('a time of Zaptec', () => {
  const rows: [text: string, utc: string, compared: string | undefined][] = [
    ['2026-05-04T10:11:12.500Z', '2026-05-04T10:11:12.500Z', '2026-05-04T10:11:12.500Z'],
    ['2026-05-04T10:11:12.500', '2026-05-04T10:11:12.500Z', '2026-05-04T10:11:12.500Z'],
    ['2026-05-04T10:11:12.5001239', '2026-05-04T10:11:12.5001239Z', '2026-05-04T10:11:12.500Z'],
    ['2026-05-04T10:11:12.5', '2026-05-04T10:11:12.500Z', '2026-05-04T10:11:12.500Z'],
    ['2026-05-04T10:11:12', '2026-05-04T10:11:12.000Z', '2026-05-04T10:11:12.000Z'],
    ['2026-05-04T10:11', '2026-05-04T10:11:00.000Z', '2026-05-04T10:11:00.000Z'],
    ['2026-05-04t10:11:12z', '2026-05-04T10:11:12.000Z', '2026-05-04T10:11:12.000Z'],
    ['2026-05-04T10:11:12+01:00', `${HOUR_BEFORE}.000Z`, `${HOUR_BEFORE}.000Z`],
    ['2026-05-04T08:11:12.25-0100', `${HOUR_BEFORE}.250Z`, `${HOUR_BEFORE}.250Z`],
    ['2026-05-31T10:11:12.500', '2026-05-31T10:11:12.500Z', '2026-05-31T10:11:12.500Z'],
    ['2024-02-29T10:11:12', '2024-02-29T10:11:12.000Z', '2024-02-29T10:11:12.000Z'],
    ['1999-12-28T10:11:12', '1999-12-28T10:11:12.000Z', '1999-12-28T10:11:12.000Z'],
    ['2026-02-29T10:11:12', '2026-02-29T10:11:12', undefined],
    ['2026-04-31T10:11:12.500', '2026-04-31T10:11:12.500', undefined],
    ['2026-05-00T10:11:12', '2026-05-00T10:11:12', undefined],
    ['2026-05-32T10:11:12', '2026-05-32T10:11:12', undefined],
    ['2026-05-04', '2026-05-04', undefined],
    ['2026-05-04T25:11:12', '2026-05-04T25:11:12', undefined],
    ['2026-05-04 10:11:12', '2026-05-04 10:11:12', undefined],
    ['', '', undefined],
    ['Z', 'Z', undefined],
    [`2026-05-04T10:11:12.${'1'.repeat(80)}`, `2026-05-04T10:11:12.${'1'.repeat(80)}Z`, '2026-05-04T10:11:12.111Z'],
    [`2026-05-04T10:11:12.${'1'.repeat(81)}`, `2026-05-04T10:11:12.${'1'.repeat(81)}`, undefined],
  ];
  for (const [text, utc, compared] of rows) {
    it(`"${text.slice(0, 40)}" is ${utc === text && compared === undefined ? 'none' : utc.slice(0, 40)}`, () => {
      expect(toUtc(text)).to.equal(utc);
      expect(utcOf(text)).to.equal(compared);
    });
  }

  for (const [year, days] of [
    [2026, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]],
    [2024, [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]],
  ] as const) {
    it(`has the days of the calendar of ${year}, whatever its form`, () => {
      const twoDigits = (number: number) => String(number).padStart(2, '0');
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 33; day++) {
          const date = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
          const utc = day >= 1 && day <= (days[month - 1] ?? 0) ? `${date}T10:11:12.500Z` : undefined;
          for (const form of ['T10:11:12.500123Z', 'T10:11:12.5'])
            expect(utcOf(date + form), date + form).to.equal(utc);
        }
      }
    });
  }

  it('is looked for in texts that have its form alone', () => {
    expect(
      ['2026-05-04T10:11', '2026-05-04 10:11', '2026/05/04T10:11', 'THE-BEST-OF', ''].map(resemblesTime),
    ).to.deep.equal([true, false, false, false, false]);
  });
});
