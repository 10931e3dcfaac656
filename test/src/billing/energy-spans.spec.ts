import { expect } from 'chai';
import { energySpans, type MeteredSession } from '../../../src/billing/energy-spans';
import { changeOf, markOf } from '../../../src/billing/session-marks';

const START = Date.UTC(2026, 4, 4, 10);
const minute = (minutes: number) => START + minutes * 60_000;
const iso = (minutes: number) => new Date(minute(minutes)).toISOString();
const read = (minutes: number, kwh: number) => ({ time: iso(minutes), kwh, addedKwh: 0 });

describe('the energy of a session over time', () => {
  const rows: [string, MeteredSession, [from: number, to: number, kwh: number][], number][] = [
    ['is spread over the whole of it without readings', { start: iso(0), end: iso(60), energyKwh: 6 }, [[0, 60, 6]], 6],
    ['has no time where the session has none', { energyKwh: 6 }, [], 6],
    ['is all at its end where only that is known', { end: iso(60), energyKwh: 6 }, [[60, 60, 6]], 6],
    ['is all at its start where only that is known', { start: iso(0), energyKwh: 6 }, [[0, 0, 6]], 6],
    [
      'begins at the first reading where the start is unknown',
      { end: iso(60), energyKwh: 6, energyDetails: [read(15, 2), read(30, 5)] },
      [
        [15, 15, 2],
        [15, 30, 3],
        [30, 60, 1],
      ],
      1,
    ],
    [
      'ends at the last reading where the end is unknown',
      { start: iso(0), energyKwh: 6, energyDetails: [read(30, 5)] },
      [
        [0, 30, 5],
        [30, 30, 1],
      ],
      1,
    ],
    ['is none where nothing was charged', { start: iso(0), end: iso(60), energyKwh: 0 }, [], 0],
  ];
  for (const [what, session, spans, estimatedKwh] of rows) {
    it(what, () => {
      expect(energySpans(session)).to.deep.equal({
        spans: spans.map(([from, to, kwh]) => ({ start: minute(from), end: minute(to), kwh })),
        estimatedKwh,
      });
    });
  }
});

describe('the mark of a session without an end, or with one that is no time', () => {
  for (const end of [undefined, 'soon']) {
    it(`has the time given for it: ${end}`, () => {
      const mark = markOf({ id: 'a', start: iso(0), energyKwh: 1, ...(end === undefined ? {} : { end }) }, minute(10));
      expect(mark.end).to.equal(minute(10));
      expect(changeOf(mark, undefined, minute(20))).to.equal('new');
      expect(changeOf(mark, undefined, minute(26))).to.equal('late');
      expect(changeOf(mark, mark, minute(26))).to.equal(undefined);
    });
  }
});
