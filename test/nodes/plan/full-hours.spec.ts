import { expect } from 'chai';
import { fullHours } from '../../../nodes/shared/editor/full-hours';

describe('the hours below the chart of a plan', () => {
  const { TZ } = process.env;
  afterEach(() => {
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
  });

  const shown = (from: string, to: string) =>
    fullHours(Date.parse(from), Date.parse(to), 6).map((at) => new Date(at).toTimeString().slice(0, 5));

  for (const [zone, hours] of [
    ['UTC', ['18:00', '22:00', '02:00', '06:00', '10:00', '14:00']],
    ['Europe/Oslo', ['20:00', '00:00', '04:00', '08:00', '12:00', '16:00']],
    ['Asia/Kolkata', ['00:00', '04:00', '08:00', '12:00', '16:00', '20:00']],
    ['America/St_Johns', ['16:00', '20:00', '00:00', '04:00', '08:00', '12:00']],
  ] as const) {
    it(`are full hours in ${zone}`, () => {
      process.env['TZ'] = zone;
      expect(shown('2026-05-04T17:45:00Z', '2026-05-05T17:00:00Z')).to.deep.equal(hours);
    });
  }

  it('begin with the first price where that is at a full hour', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    expect(shown('2026-05-04T18:30:00Z', '2026-05-04T21:00:00Z')).to.deep.equal(['00:00', '01:00', '02:00']);
  });
});
