import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { dueDays, minutesOf, nextDeadline } from '../../../../src/energy/plan/deadline';

const OSLO = new Calendar('Europe/Oslo');
const at = (iso: string): number => Date.parse(iso);

describe('the deadline', () => {
  const cases: [string, string, 'daily' | 'weekdays', string, string][] = [
    ['is later today', '07:00', 'daily', '2026-05-04T06:59:59+02:00', '2026-05-04T07:00+02:00'],
    ['is tomorrow once its time is there', '07:00', 'daily', '2026-05-04T07:00+02:00', '2026-05-05T07:00+02:00'],
    [
      'keeps to the clock when the day has 23 hours',
      '07:00',
      'daily',
      '2026-03-28T20:00+01:00',
      '2026-03-29T07:00+02:00',
    ],
    [
      'keeps to the clock when the day has 25 hours',
      '07:00',
      'daily',
      '2026-10-24T20:00+02:00',
      '2026-10-25T07:00+01:00',
    ],
    [
      'is an hour later where the clock leaves it out',
      '02:30',
      'daily',
      '2026-03-28T20:00+01:00',
      '2026-03-29T03:30+02:00',
    ],
    ['leaves out the weekend', '07:00', 'weekdays', '2026-05-08T08:00+02:00', '2026-05-11T07:00+02:00'],
    ['takes midnight for the end of Friday', '24:00', 'weekdays', '2026-05-08T08:00+02:00', '2026-05-09T00:00+02:00'],
  ];
  for (const [title, by, days, now, expected] of cases) {
    it(title, () => expect(nextDeadline(at(now), minutesOf(by), dueDays(days, []), OSLO)).to.equal(at(expected)));
  }

  it('is on the days that are chosen, and with none on all', () => {
    const next = (now: string, ...days: Parameters<typeof dueDays>[1]) =>
      nextDeadline(at(now), minutesOf('07:00'), dueDays('chosen', days), OSLO);
    expect(next('2026-05-04T08:00+02:00', 'sat', 'thu')).to.equal(at('2026-05-07T07:00+02:00'));
    expect(next('2026-05-07T08:00+02:00', 'sat', 'thu')).to.equal(at('2026-05-09T07:00+02:00'));
    expect(next('2026-05-04T08:00+02:00', 'mon'), 'a week later').to.equal(at('2026-05-11T07:00+02:00'));
    expect(next('2026-05-04T08:00+02:00')).to.equal(at('2026-05-05T07:00+02:00'));
  });

  it('refuses what is no time of day', () => {
    for (const by of ['', '7', '25:00', '24:30', '07:60', 'noon']) {
      expect(() => minutesOf(by))
        .to.throw()
        .with.property('code', 'INPUT_INVALID');
    }
    expect(() => new Calendar('Europe/Atlantis')).to.throw(/no time zone/);
  });

  it('is on every day where the days are not chosen, whichever were', () => {
    expect(dueDays('daily', ['mon'])).to.have.length(7);
    expect(dueDays('once', ['mon'])).to.have.length(7);
    expect(dueDays('weekdays', ['sun'])).to.deep.equal(['mon', 'tue', 'wed', 'thu', 'fri']);
  });

  it('names what is no time of day, as far as that is short, and shows a right one', () => {
    expect(() => minutesOf('half past seven in the morning'))
      .to.throw(/by is "half past seven in t", no time of day/)
      .with.property('cause')
      .that.deep.includes({ remedy: 'Use a time such as 07:00' });
  });
});
