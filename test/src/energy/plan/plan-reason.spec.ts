import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { reasonOf, type PlanCode } from '../../../../src/energy/plan/plan-reason';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-05-04T20:00+02:00');
const segment = (from: number, to: number, estimated = false) => ({
  ...{ start: NOW + from * HOUR, end: NOW + to * HOUR, estimated },
});
const FACTS = {
  ...{ now: NOW, deadline: NOW + 11 * HOUR, needKwh: 12.34, needMs: 1.26 * HOUR, isHours: false, hasPrices: true },
  ...{ segments: [] as ReturnType<typeof segment>[], override: undefined },
};
const reason = (code: PlanCode, over: Partial<Parameters<typeof reasonOf>[1]> = {}) =>
  reasonOf(code, { ...FACTS, ...over }, new Calendar('Europe/Oslo'));

describe('the reason of a plan', () => {
  for (const [code, sentence] of [
    ['cheap', 'Charges in one of the cheapest times before 07:00, 12.3 kWh to go'],
    ['in-time', 'Charges whatever the price: 12.3 kWh to go, and no time to lose before 07:00'],
    ['late', 'Charges after 07:00, its time, until the missing 12.3 kWh are there'],
    ['no-prices', 'Charges without prices to be ready by 07:00, 12.3 kWh to go'],
    ['waiting', 'Waits for a cheaper time, 12.3 kWh to go by 07:00'],
    ['too-dear', 'The price is above the highest one, 12.3 kWh to go by 07:00'],
    ['done', 'Has what it is to have by 07:00'],
    ['full', 'The car has ended charging by itself: it is full, or has reached its own limit'],
    ['no-car', 'No car is connected; it would charge 12.3 kWh by 07:00'],
    ['over', 'The time of this plan, which was for once, has passed'],
    ['override-on', 'Switched on by message'],
    ['override-off', 'Switched off by message'],
  ] as const) {
    it(`for ${code} is one sentence`, () => {
      expect(reason(code)).to.equal(sentence);
    });
  }

  it('says that prices are missing where the plan has none', () => {
    const none = { hasPrices: false, segments: [segment(9, 11, true)] };
    expect(reason('waiting', none)).to.equal(
      'Prices are missing: waits as long as is safe, until 05:00, 12.3 kWh to go by 07:00',
    );
    expect(reason('waiting', { hasPrices: false })).to.equal(
      'Prices are missing: waits as long as is safe, 12.3 kWh to go by 07:00',
    );
    expect(reason('in-time', none)).to.equal('Charges without prices to be ready by 07:00, 12.3 kWh to go');
    expect(reason('no-car', none)).to.equal(
      'No car is connected; it would charge 12.3 kWh by 07:00, from 05:00; prices are missing',
    );
  });

  it('names the day of a time that is more than a day away', () => {
    const away = { deadline: NOW + 59 * HOUR, segments: [segment(54, 56)] };
    expect(reason('waiting', away)).to.equal(
      'Waits for a cheaper time, from 2026-05-07 02:00, 12.3 kWh to go by 2026-05-07 07:00',
    );
    expect(reason('waiting', { deadline: NOW + 24 * HOUR })).to.include('by 20:00');
    expect(reason('override-off', { override: { until: NOW + 25 * HOUR } })).to.match(/until 2026-05-05 21:00$/);
  });

  it('counts hours where the goal is hours', () => {
    expect(reason('cheap', { isHours: true })).to.include('1.3 hours to go');
  });

  it('names the next time of charging, and none that has begun or is over', () => {
    const segments = [segment(-2, -1), segment(5, 6), segment(7, 8)];
    expect(reason('waiting', { segments })).to.include('a cheaper time, from 01:00, 12.3 kWh');
    expect(reason('too-dear', { segments })).to.include('the highest one, from 01:00, 12.3 kWh');
    expect(reason('no-car', { segments })).to.include('by 07:00, from 01:00');
    for (const current of [segment(-1, 1), segment(0, 1)]) {
      expect(reason('waiting', { segments: [current, segment(5, 6)] })).to.equal(reason('waiting'));
    }
    expect(reason('waiting', { segments: [segment(-1, 0), segment(5, 6)] })).to.include('from 01:00');
  });

  it('says until when a message counts', () => {
    expect(reason('override-on', { override: { until: NOW + HOUR } })).to.equal('Switched on by message until 21:00');
    expect(reason('override-off', { override: { until: NOW + HOUR } })).to.equal('Switched off by message until 21:00');
    expect(reason('override-off', { override: { until: undefined } })).to.equal('Switched off by message');
  });

  it('says that prices which are not known yet are those of the day before, be it some of them', () => {
    const guess = '; prices not known yet count as those of the day before';
    const segments = [segment(5, 6), segment(7, 8, true)];
    expect(reason('waiting', { segments })).to.include(guess);
    expect(reason('cheap', { segments })).to.include(guess);
  });
});
