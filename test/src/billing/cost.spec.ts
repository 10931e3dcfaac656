import { expect } from 'chai';
import fc from 'fast-check';
import { costOf, isBillable } from '../../../src/billing/cost';
import { Tariff, type TariffSettings } from '../../../src/billing/tariff';
import { Calendar } from '../../../src/energy/calendar';
import type { PriceSlot } from '../../../src/energy/plan/prices';
import { draws } from '../../support/draws';

const QUARTER = 900_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-05-04T10:00:00Z');
const iso = (at: number) => new Date(at).toISOString();
const oslo = new Calendar('Europe/Oslo');
const HIGH_LOW: TariffSettings = {
  kind: 'high-low',
  high: 2,
  low: 1,
  from: '06:00',
  to: '22:00',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
};
const tariff = (over: Partial<TariffSettings> = {}) => new Tariff({ ...HIGH_LOW, ...over } as TariffSettings, oslo);
/** A session with a reading at the end of each quarter. */
const session = (kwhs: readonly number[], start = START) => {
  let kwh = 0;
  const energyDetails = kwhs.map((added, index) => {
    kwh = Math.round((kwh + added) * 1e6) / 1e6;
    return { time: iso(start + (index + 1) * QUARTER), kwh, addedKwh: added };
  });
  return { start: iso(start), end: iso(start + kwhs.length * QUARTER), energyKwh: kwh, energyDetails };
};
const hourly = (prices: readonly number[], start = START): PriceSlot[] =>
  prices.map((price, hour) => ({ start: start + hour * HOUR, end: start + (hour + 1) * HOUR, price }));

describe('the cost of a session', () => {
  it('has the price of each hour for the energy of that hour', () => {
    const cost = costOf(session([1, 1, 1, 1, 2, 0, 0, 0]), { spot: hourly([1.5, 0.25]) });
    expect(cost).to.deep.equal({
      cost: 6.5,
      costSpot: 6.5,
      costTariff: undefined,
      costFixed: undefined,
      unpricedKwh: 0,
      estimatedKwh: 0,
    });
  });

  it('adds spot prices, a tariff and a fixed part', () => {
    // 12:00 in Oslo, a Monday.
    const cost = costOf(session([1, 1]), { spot: hourly([0.5]), tariff: tariff(), perSession: 3 });
    expect(cost).to.include({ cost: 8, costSpot: 1, costTariff: 4, costFixed: 3 });
  });

  it('is not known while a price is missing, and says for how much energy', () => {
    const cost = costOf(session([1, 1, 1, 1, 2, 2, 2, 2]), { spot: hourly([1]), perSession: 1 });
    expect(cost).to.include({ cost: undefined, costSpot: 4, costFixed: 1, unpricedKwh: 8 });
    const hole = [...hourly([1]), ...hourly([1], START + 2 * HOUR)];
    expect(costOf(session([1, 1, 1, 1, 2, 0, 0, 0, 1]), { spot: hole }).unpricedKwh).to.equal(2);
    expect(costOf({ energyKwh: 3 }, { spot: hole })).to.include({ cost: undefined, unpricedKwh: 3 });
    expect(costOf({ energyKwh: 3 }, { tariff: tariff() })).to.include({ cost: undefined, unpricedKwh: 3 });
  });

  it('is that of the fixed part alone for a session without energy', () => {
    expect(costOf({ energyKwh: 0 }, { spot: [], perSession: 2.5 })).to.include({ cost: 2.5, unpricedKwh: 0 });
    expect(costOf({}, {})).to.include({ cost: undefined, unpricedKwh: 0 });
  });

  it('spreads energy without readings evenly, and says so', () => {
    const { energyKwh, start, end } = session([4, 0, 0, 0, 4, 0, 0, 0]);
    const cost = costOf({ energyKwh, start, end }, { spot: hourly([1, 2]) });
    expect(cost).to.include({ cost: 12, estimatedKwh: 8 });
    const missing = { ...session([1, 1]), energyKwh: 5, end: iso(START + HOUR) };
    expect(costOf(missing, { spot: hourly([1]) })).to.include({ cost: 5, estimatedKwh: 3 });
  });

  it('reduces readings of more than the energy in proportion, and takes nothing for a meter that goes back', () => {
    const much = { ...session([4, 4, 4, 4, 16, 0, 0, 0]), energyKwh: 16 };
    expect(costOf(much, { spot: hourly([1, 2]) })).to.include({ cost: 24, estimatedKwh: 16 });
    const back = session([1, 2, -1, 2]);
    expect(costOf(back, { spot: hourly([1]) })).to.include({ cost: 4, estimatedKwh: 0 });
  });

  it('gives the price of a moment to the energy of a moment', () => {
    const moment = { start: iso(START + HOUR), end: iso(START + HOUR), energyKwh: 2 };
    expect(costOf(moment, { spot: hourly([1, 3]) }).cost).to.equal(6);
    expect(costOf(moment, { tariff: tariff() }).cost).to.equal(4);
  });

  it('takes negative prices', () => {
    expect(costOf(session([1, 1, 1, 1]), { spot: hourly([-0.505]) }).cost).to.equal(-2.02);
  });

  it('rounds halves away from zero, whatever the last places of the product', () => {
    expect(costOf(session([1]), { spot: hourly([1.005]) }).cost).to.equal(1.01);
    expect(costOf(session([1]), { spot: hourly([-1.005]) }).cost).to.equal(-1.01);
    expect(costOf(session([1.15]), { tariff: tariff({ high: 0.1, low: 0.1 }) }).cost).to.equal(0.12);
  });

  it('has a high price in the local time of the tariff, on its days, over both clock changes', () => {
    const at = (text: string, over: Partial<TariffSettings> = {}) =>
      costOf(session([1], Date.parse(text)), { tariff: tariff(over) }).cost;
    expect(at('2026-05-04T05:45+02:00'), 'before it begins').to.equal(1);
    expect(at('2026-05-04T06:00+02:00'), 'when it begins').to.equal(2);
    expect(at('2026-05-04T21:45+02:00'), 'before it ends').to.equal(2);
    expect(at('2026-05-04T22:00+02:00'), 'when it ends').to.equal(1);
    expect(at('2026-05-09T12:00+02:00'), 'a Saturday').to.equal(1);
    expect(at('2026-03-30T06:00+02:00'), 'summer time').to.equal(2);
    expect(at('2026-03-30T05:45+02:00'), 'summer time').to.equal(1);
    expect(at('2026-10-26T06:00+01:00'), 'winter time').to.equal(2);
    const night = { from: '22:00', to: '06:00', days: ['sun'] };
    expect(at('2026-05-04T05:45+02:00', night), 'the morning after').to.equal(2);
    expect(at('2026-05-03T05:45+02:00', night), 'the morning of that day').to.equal(1);
    expect(at('2026-05-03T23:45+02:00', night), 'over midnight').to.equal(2);
    expect(at('2026-05-04T00:00+02:00', { from: '00:00', to: '24:00', days: ['mon'] }), 'a whole day').to.equal(2);
    expect(at('2026-05-05T00:00+02:00', { from: '00:00', to: '24:00', days: ['mon'] }), 'the next day').to.equal(1);
  });

  for (const [title, over, text] of [
    ['a price that is no number', { high: NaN }, /price \(high\) is "NaN"/],
    ['a flat price that is no number', { kind: 'flat', price: NaN }, /price \(price\)/],
    ['a time that is none', { from: 'noon' }, /\(from\) is "noon"/],
    ['a day that is none', { days: ['someday'] }, /is "someday".+mon, tue/],
    ['no day', { days: [] }, /days of the high price/],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => tariff(over)).to.throw(text);
    });
  }

  it('is to be paid unless the session was voided or replaced', () => {
    expect(isBillable({})).to.equal(true);
    expect(isBillable({ voided: false })).to.equal(true);
    expect(isBillable({ voided: true })).to.equal(false);
    expect(isBillable({ replacedBy: '0a1b2c3d-0000-4000-8000-000000000001' })).to.equal(false);
  });

  it('equals the sum by quarters of an hour, for any readings and prices', () => {
    const kwh = fc.integer({ min: 0, max: 5_500 }).map((wh) => wh / 1_000);
    const price = fc.integer({ min: -20_000, max: 90_000 }).map((count) => count / 10_000);
    fc.assert(
      fc.property(
        fc.array(kwh, { minLength: 1, maxLength: 200 }),
        fc.array(price, { minLength: 60, maxLength: 60 }),
        fc.boolean(),
        (kwhs, prices, isQuarterly) => {
          const length = isQuarterly ? QUARTER : HOUR;
          const slots = prices.map((one, index) => ({
            start: START + index * length,
            end: START + (index + 1) * length,
            price: one,
          }));
          let [sum, unpriced, first] = [0, 0, true];
          for (const [index, one] of kwhs.entries()) {
            const slot = Math.floor((index * QUARTER) / length);
            sum += one * (prices[slot] ?? 0);
            unpriced += slot < prices.length ? 0 : one;
            first &&= one === 0;
          }
          const cost = costOf(session(kwhs), { spot: slots });
          expect(cost.costSpot).to.be.closeTo(sum, 0.0051);
          expect(cost.unpricedKwh).to.be.closeTo(unpriced, 1e-5);
          expect(cost.cost === undefined).to.equal(unpriced > 1e-6);
          expect(cost.estimatedKwh).to.equal(0);
        },
      ),
      { numRuns: draws(300) },
    );
  });

  it('has the energy of the session in its parts, for readings of any kind', () => {
    const reading = fc.record({
      time: fc.integer({ min: -DAY, max: 2 * DAY }).map((ms) => iso(START + ms)),
      kwh: fc.double({ min: -5, max: 90, noNaN: true }),
      addedKwh: fc.constant(0),
    });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 20 }), fc.double({ min: 0, max: 90, noNaN: true }), (details, kwh) => {
        const given = { start: iso(START), end: iso(START + DAY), energyKwh: kwh, energyDetails: details };
        expect(costOf(given, { tariff: tariff({ kind: 'flat', price: 1 }) }).cost).to.be.closeTo(kwh, 0.00501);
      }),
    );
  });
});
