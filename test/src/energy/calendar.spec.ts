import { expect } from 'chai';
import { Calendar } from '../../../src/energy/calendar';
import { readTime } from '../../../src/energy/read-time';
import { isZaptecError } from '../../../src/errors/zaptec-error';

const HOUR = 3_600_000;
const OSLO = new Calendar('Europe/Oslo');
const at = (iso: string) => Date.parse(iso);
/** The day on which the clocks go forward, and the one on which they go back. */
const [SPRING, AUTUMN] = [at('2026-03-29T12:00+02:00'), at('2026-10-25T12:00+01:00')];
const SUMMER = at('2026-06-03T15:04:05+02:00');

describe('the calendar of a time zone', () => {
  it('has days of 23, 24 and 25 hours', () => {
    const hoursOf = (time: number) => {
      const { start, end } = OSLO.day(time);
      return (end - start) / HOUR;
    };
    expect([SPRING, SUMMER, AUTUMN].map(hoursOf)).to.deep.equal([23, 24, 25]);
    expect(OSLO.day(SUMMER)).to.deep.equal({ start: at('2026-06-03T00:00+02:00'), end: at('2026-06-04T00:00+02:00') });
    expect(OSLO.day(SPRING, 1)).to.deep.equal({
      start: at('2026-03-30T00:00+02:00'),
      end: at('2026-03-31T00:00+02:00'),
    });
  });

  for (const [unit, later, start, end] of [
    ['week', 0, '2026-06-01T00:00+02:00', '2026-06-08T00:00+02:00'],
    ['week', -1, '2026-05-25T00:00+02:00', '2026-06-01T00:00+02:00'],
    ['month', 0, '2026-06-01T00:00+02:00', '2026-07-01T00:00+02:00'],
    ['month', 5, '2026-11-01T00:00+01:00', '2026-12-01T00:00+01:00'],
    ['year', 0, '2026-01-01T00:00+01:00', '2027-01-01T00:00+01:00'],
    ['year', 1, '2027-01-01T00:00+01:00', '2028-01-01T00:00+01:00'],
  ] as const) {
    it(`has the ${unit} from ${start}`, () => {
      expect(OSLO.span(SUMMER, unit, later)).to.deep.equal({ start: at(start), end: at(end) });
    });
  }

  it('has times of day as a clock on the wall shows them, also on the day on which it is set', () => {
    expect(OSLO.timeOfDay(SUMMER, 7 * 60 + 30)).to.equal(at('2026-06-03T07:30+02:00'));
    expect(OSLO.timeOfDay(SUMMER, 0, 2)).to.equal(at('2026-06-05T00:00+02:00'));
    expect(OSLO.timeOfDay(SPRING, 7 * 60)).to.equal(at('2026-03-29T07:00+02:00'));
    expect(OSLO.timeOfDay(AUTUMN, 7 * 60)).to.equal(at('2026-10-25T07:00+01:00'));
    expect(OSLO.daysBefore(AUTUMN, 1)).to.equal(at('2026-10-24T12:00+02:00'));
    expect([SUMMER, AUTUMN].map((time) => OSLO.minuteOfDay(time))).to.deep.equal([15 * 60 + 4, 12 * 60]);
  });

  it('shows times', () => {
    expect([OSLO.date(SUMMER), OSLO.clock(SUMMER), OSLO.iso(SUMMER)]).to.deep.equal([
      '2026-06-03',
      '15:04',
      '2026-06-03T15:04:05+02:00',
    ]);
    expect(OSLO.weekday(SUMMER)).to.equal('wed');
    expect([AUTUMN, AUTUMN + 24 * HOUR].map((time) => OSLO.weekday(time))).to.deep.equal(['sun', 'mon']);
    expect([OSLO.date(NaN), OSLO.iso(NaN)]).to.deep.equal(['', '']);
  });

  it('reads times: local ones, and those with an offset', () => {
    for (const [text, iso] of [
      ['2026-06-03T15:04:05', '2026-06-03T15:04:05+02:00'],
      [' 2026-06-03 15:04 ', '2026-06-03T15:04:00+02:00'],
      ['2026-06-03T15:04Z', '2026-06-03T15:04:00Z'],
      ['2026-06-03', '2026-06-03T00:00+02:00'],
    ] as const) {
      expect(OSLO.read(text), text).to.equal(at(iso));
    }
    expect(OSLO.read('2026-06-03T15:04', true)).to.equal(at('2026-06-03T15:04Z'));
    expect(OSLO.read('tomorrow')).to.be.NaN;
  });

  it('writes a time again as at first, over a change of the clocks and over more times than it keeps', () => {
    const times = Array.from({ length: 1_500 }, (_, quarter) => at('2026-03-28T00:00Z') + quarter * 900_000);
    const first = times.map((time) => OSLO.iso(time));
    expect(first[100]).to.equal('2026-03-29T03:00:00+02:00');
    expect(first.map(at)).to.deep.equal(times);
    expect(times.map((time) => OSLO.iso(time))).to.deep.equal(first);
  });

  it('has the same time of days before again as at first, by the number of days', () => {
    const times = Array.from({ length: 1_500 }, (_, quarter) => at('2026-03-29T00:00Z') + quarter * 900_000);
    const before = (days: number) => times.map((time) => OSLO.daysBefore(time, days));
    const [one, two] = [before(1), before(2)];
    expect(one[8]).to.equal(at('2026-03-28T04:00+01:00'));
    expect(two[8]).to.equal(at('2026-03-27T04:00+01:00'));
    expect([before(1), before(2)]).to.deep.equal([one, two]);
  });

  it('takes a name with blanks, and the zone of the computer for a blank one', () => {
    expect(new Calendar(' Europe/Oslo ').iso(SUMMER)).to.equal(OSLO.iso(SUMMER));
    const here = new Date(SUMMER);
    for (const zone of ['', ' ', undefined]) {
      expect(new Calendar(zone).minuteOfDay(SUMMER)).to.equal(here.getHours() * 60 + here.getMinutes());
    }
  });

  it('refuses a name that is no time zone', () => {
    try {
      new Calendar('Europe/Atlantis');
      expect.fail('accepted');
    } catch (error) {
      expect(isZaptecError(error) && error.code).to.equal('INPUT_INVALID');
      expect((error as Error).message).to.match(/^"Europe\/Atlantis" is no time zone.+Europe\/Oslo/);
    }
  });
});

describe('a time of a message', () => {
  const shown = (value: unknown) => (typeof value === 'number' ? String(value) : JSON.stringify(value));
  for (const [value, time] of [
    [SUMMER, SUMMER],
    [SUMMER / 1_000, SUMMER],
    [String(SUMMER), SUMMER],
    [String(SUMMER / 1_000), SUMMER],
    [new Date(SUMMER), SUMMER],
    ['2026-06-03T15:04:05', SUMMER],
    [Date.UTC(2000, 0), Date.UTC(2000, 0)],
    [Date.UTC(2200, 0), Date.UTC(2200, 0)],
    [Date.UTC(2000, 0) / 1_000 - 1, undefined],
    [Date.UTC(2200, 0) + 1, undefined],
    ['12345678', undefined],
    ['12345678901234', undefined],
    ['soon', undefined],
    [NaN, undefined],
    [new Date(NaN), undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [{}, undefined],
  ] as const) {
    it(`${shown(value)} of type ${typeof value} is ${time === undefined ? 'none' : new Date(time).toISOString()}`, () => {
      expect(readTime(value, OSLO)).to.equal(time);
    });
  }

  it('without an offset is local, or UTC where the sender says so', () => {
    expect(readTime('2026-06-03T15:04:05', OSLO, true)).to.equal(SUMMER + 2 * HOUR);
  });
});
