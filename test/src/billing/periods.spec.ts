import { expect } from 'chai';
import fc from 'fast-check';
import { PERIODS as PERIODS_OF_NODE, WEEKDAYS as WEEKDAYS_OF_NODE } from '../../../nodes/shared/properties';
import { PERIODS, periodOf } from '../../../src/billing/periods';
import { Calendar, WEEKDAYS } from '../../../src/energy/calendar';

const HOUR = 3_600_000;
const ZONES = ['Europe/Oslo', 'Europe/London', 'UTC', 'America/St_Johns', 'Australia/Lord_Howe'] as const;

/** period, now, zone, begin and end */
const CASES: readonly (readonly [string, string, string, string, string])[] = [
  ['today', '2026-03-29T12:00+02:00', 'Europe/Oslo', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00'],
  ['yesterday', '2026-03-30T00:30+02:00', 'Europe/Oslo', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00'],
  ['yesterday', '2026-10-26T00:30+01:00', 'Europe/Oslo', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00'],
  ['this-week', '2026-03-29T12:00+02:00', 'Europe/Oslo', '2026-03-23T00:00+01:00', '2026-03-30T00:00+02:00'],
  ['last-week', '2026-11-01T23:59+00:00', 'Europe/London', '2026-10-19T00:00+01:00', '2026-10-26T00:00+00:00'],
  ['this-month', '2026-10-31T23:30+00:00', 'Europe/Oslo', '2026-11-01T00:00+01:00', '2026-12-01T00:00+01:00'],
  ['last-month', '2026-04-10T08:00+02:00', 'Europe/Oslo', '2026-03-01T00:00+01:00', '2026-04-01T00:00+02:00'],
  ['last-month', '2026-11-10T08:00+00:00', 'Europe/London', '2026-10-01T00:00+01:00', '2026-11-01T00:00+00:00'],
  ['last-month', '2026-03-31T23:59+00:00', 'UTC', '2026-02-01T00:00+00:00', '2026-03-01T00:00+00:00'],
  ['this-year', '2026-12-31T23:30+00:00', 'Europe/Oslo', '2027-01-01T00:00+01:00', '2028-01-01T00:00+01:00'],
  ['last-year', '2026-06-01T00:00+00:00', 'UTC', '2025-01-01T00:00+00:00', '2026-01-01T00:00+00:00'],
];

/** from, to, begin and end in Europe/Oslo */
const BETWEEN: readonly (readonly [unknown, unknown, string, string])[] = [
  ['2026-03-01', '2026-03-31', '2026-03-01T00:00+01:00', '2026-04-01T00:00+02:00'],
  ['2026-03', '2026-03', '2026-03-01T00:00+01:00', '2026-04-01T00:00+02:00'],
  ['2025', '2025', '2025-01-01T00:00+01:00', '2026-01-01T00:00+01:00'],
  ['2026-10-25', '2026-10-25', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00'],
  ['2026-03-01T06:00', '2026-03-01T07:30', '2026-03-01T06:00+01:00', '2026-03-01T07:30+01:00'],
  ['2026-03-01 06:00', '2026-03-02', '2026-03-01T06:00+01:00', '2026-03-03T00:00+01:00'],
  ['2026-03-01T06:00Z', '2026-03-01T06:00-03:00', '2026-03-01T07:00+01:00', '2026-03-01T10:00+01:00'],
  [1_770_000_000_000, new Date(1_770_000_060_000), '2026-02-02T02:40Z', '2026-02-02T02:41Z'],
];

describe('the periods of a bill', () => {
  for (const [period, now, zone, start, end] of CASES) {
    it(`${period} in ${zone} at ${now} is from ${start} to ${end}`, () => {
      expect(periodOf({ period }, Date.parse(now), new Calendar(zone))).to.deep.equal({
        start: Date.parse(start),
        end: Date.parse(end),
      });
    });
  }

  for (const [from, to, start, end] of BETWEEN) {
    it(`from ${String(from)} to ${String(to)} is from ${start} to ${end}`, () => {
      const found = periodOf({ period: 'between', from, to }, Date.UTC(2026, 11, 1), new Calendar('Europe/Oslo'));
      expect(found).to.deep.equal({ start: Date.parse(start), end: Date.parse(end) });
    });
  }

  it('lasts until now since a time, and from a time without an end', () => {
    const now = Date.UTC(2026, 4, 4, 10);
    const calendar = new Calendar('Europe/Oslo');
    const expected = { start: Date.parse('2026-05-01T00:00+02:00'), end: now };
    expect(periodOf({ period: 'since', from: '2026-05-01' }, now, calendar)).to.deep.equal(expected);
    expect(periodOf({ period: 'between', from: '2026-05-01', to: '' }, now, calendar)).to.deep.equal(expected);
  });

  for (const [title, query, text] of [
    ['an unknown period', { period: 'fortnight' }, /period is "fortnight".+today, yesterday/],
    ['no period', { period: undefined }, /period is blank/],
    ['no begin', { period: 'since', from: '' }, /from is blank.+2026-03-01/],
    ['a begin that is no time', { period: 'since', from: 'monday' }, /from is "monday"/],
    ['a day that does not exist', { period: 'between', from: '2026-02-30', to: '2026-03-01' }, /from is "2026-02-30"/],
    ['a month that does not exist', { period: 'since', from: '2026-13' }, /from is "2026-13"/],
    ['an end that is no time', { period: 'between', from: '2026-03-01', to: {} }, /to is an object/],
    [
      'an end before the begin',
      { period: 'between', from: '2026-03-02', to: '2026-03-01' },
      /to is "2026-03-01".+after/,
    ],
    ['a begin in the future', { period: 'since', from: '2027' }, /from is "2027".+before now/],
    ['an invalid date', { period: 'since', from: new Date(NaN) }, /from is an invalid date/],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => periodOf(query, Date.UTC(2026, 4, 4), new Calendar('Europe/Oslo'))).to.throw(text);
    });
  }

  it('has days of 23 to 25 hours and months without a gap, in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2028, 0) }),
        (zone, now) => {
          const calendar = new Calendar(zone);
          const span = (period: string) => periodOf({ period }, now, calendar);
          for (const unit of ['week', 'month', 'year']) {
            const [last, present] = [span(`last-${unit}`), span(`this-${unit}`)];
            expect(last.end).to.equal(present.start);
            expect(present.start).to.be.at.most(now);
            expect(present.end).to.be.above(now);
          }
          expect(span('yesterday').end).to.equal(span('today').start);
          expect((span('today').end - span('today').start) / HOUR).to.be.within(23, 25);
        },
      ),
    );
  });

  it('are those of the dialog', () => {
    expect(PERIODS_OF_NODE).to.deep.equal(PERIODS);
    expect(WEEKDAYS_OF_NODE).to.deep.equal(WEEKDAYS);
  });
});
