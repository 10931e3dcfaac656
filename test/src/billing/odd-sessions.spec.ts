import { expect } from 'chai';
import fc from 'fast-check';
import { oddities, OddSessions, type OddReason } from '../../../src/billing/odd-sessions';
import type { SessionRecord } from '../../../src/state/session-record';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const id = (n: number) => `0a1b2c3d-0000-4000-8000-0000000005${String(n).padStart(2, '0')}`;

const session = (fields: Partial<SessionRecord> = {}, n = 1): SessionRecord => ({
  id: id(n),
  chargerId: CHARGER,
  start: '2026-05-04T08:00:00.000Z',
  end: '2026-05-04T10:00:00.000Z',
  durationMinutes: 120,
  energyKwh: 20,
  reliableClock: true,
  ...fields,
});
const detail = (time: string, kwh: number, addedKwh = kwh) => ({ time: `2026-05-04T${time}:00.000Z`, kwh, addedKwh });
const reasons = (fields: Partial<SessionRecord>, context: object = {}): OddReason[] =>
  oddities(session(fields), context).map(({ reason }) => reason);

describe('odd sessions', () => {
  const rows: [string, Partial<SessionRecord>, OddReason[]][] = [
    ['a usual one', {}, []],
    ['one of the most that a charger can give', { energyKwh: 44 }, []],
    ['no energy', { energyKwh: 0 }, ['no-energy']],
    ['no energy in 24 hours', { energyKwh: 0, end: '2026-05-05T08:00:00.000Z' }, ['no-energy']],
    [
      'no energy in more than a day',
      { energyKwh: 0, end: '2026-05-05T08:00:01.000Z' },
      ['no-energy', 'long-without-energy'],
    ],
    ['more than a day with energy', { end: '2026-05-06T08:00:01.000Z' }, []],
    ['more than 22 kW', { energyKwh: 49 }, ['too-fast']],
    ['energy in no time', { end: '2026-05-04T08:00:00.000Z' }, ['too-fast']],
    ['a few Wh in no time', { end: '2026-05-04T08:00:00.000Z', energyKwh: 0.1 }, []],
    [
      'more than 22 kW for a while',
      { energyDetails: [detail('08:15', 1), detail('08:30', 9, 8), detail('10:00', 20, 11)] },
      ['too-fast'],
    ],
    ['a clock that was not set', { reliableClock: false }, ['clock-unreliable']],
    ['an end before its start', { end: '2026-05-04T07:00:00.000Z' }, ['clock-unreliable']],
    ['a meter that goes back', { meterStartKwh: 500, meterEndKwh: 20 }, ['meter-back']],
    ['a meter that stands', { meterStartKwh: 500, meterEndKwh: 500 }, []],
    ['an energy below zero', { energyKwh: -1 }, ['meter-back']],
    [
      'an energy that goes back on the way',
      { energyDetails: [detail('08:15', 5), detail('08:30', 4.9, -0.1), detail('10:00', 20, 15.1)] },
      ['meter-back'],
    ],
    ['several', { energyKwh: 0, reliableClock: false }, ['no-energy', 'clock-unreliable']],
  ];
  for (const [what, fields, expected] of rows) {
    it(`${what}: ${expected.join(', ') || 'nothing'}`, () => expect(reasons(fields)).to.deep.equal(expected));
  }

  it('have no energy that is known', () => {
    const withoutEnergy = session();
    delete withoutEnergy.energyKwh;
    expect(oddities(withoutEnergy).map(({ reason }) => reason)).to.deep.equal(['energy-unknown']);
  });

  it('are too fast for the charger that they are of', () => {
    expect(reasons({ energyKwh: 20 }, { maxKw: 7.4 })).to.deep.equal(['too-fast']);
    expect(oddities(session({ energyKwh: 20 }), { maxKw: 7.4 })[0]!.text).to.equal(
      'It has 20 kWh in 120 min, more than 7.4 kW can give',
    );
  });

  const other = (fields: Partial<SessionRecord>) =>
    session({ start: '2026-05-04T09:30:00.000Z', end: '2026-05-04T11:00:00.000Z', ...fields }, 2);
  const overlaps: [string, SessionRecord, boolean][] = [
    ['another session', other({}), true],
    ['itself', { ...other({}), id: id(1) }, false],
    ['one of another charger', other({ chargerId: id(9) }), false],
    ['one that begins at its end', other({ start: '2026-05-04T10:00:00.000Z' }), false],
    ['one that was voided', other({ voided: true }), false],
    ['one that was replaced', other({ replacedBy: id(3) }), false],
    ['one around it', other({ start: '2026-05-04T07:00:00.000Z' }), true],
  ];
  for (const [what, with_, isOdd] of overlaps) {
    it(`${isOdd ? 'overlap' : 'do not overlap'} ${what}`, () => {
      expect(reasons({}, { others: [with_] })).to.deep.equal(isOdd ? ['overlapping'] : []);
      const stream = new OddSessions();
      expect(stream.of(with_)).to.deep.equal([]);
      expect(stream.of(session()).map(({ reason }) => reason)).to.deep.equal(isOdd ? ['overlapping'] : []);
    });
  }

  it('say with which session they overlap, and for how long', () => {
    expect(oddities(session(), { others: [other({})] })[0]!.text).to.equal(`It overlaps session ${id(2)} for 30 min`);
  });

  it('that overlap are found in a stream as among all, in the order of their ends', () => {
    const hours = fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 30 }));
    const at = (hour: number) => new Date(Date.UTC(2026, 4, 1) + hour * 3_600_000).toISOString();
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 40 }), (list) => {
        const sessions = list
          .map(([start, length], n) => session({ start: at(start), end: at(start + length), energyKwh: 1 }, n))
          .sort((a, b) => ((a.end ?? '') < (b.end ?? '') ? -1 : 1));
        const stream = new OddSessions();
        for (const [index, one] of sessions.entries()) {
          const before = sessions.slice(0, index);
          expect(stream.of(one)).to.deep.equal(oddities(one, { others: before }));
        }
      }),
    );
  });
});
