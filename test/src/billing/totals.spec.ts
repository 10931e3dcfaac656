import { expect } from 'chai';
import fc from 'fast-check';
import { Totals, type Addend } from '../../../src/billing/totals';

const addend = (over: Partial<Addend> = {}): Addend => ({
  energyKwh: 1,
  durationMinutes: 10,
  cost: 1.1,
  costSpot: 1.1,
  costTariff: undefined,
  costFixed: undefined,
  unpricedKwh: 0,
  ...over,
});

describe('totals of sessions', () => {
  it('are by key, in the order of the first session of each, with the newest names', () => {
    const totals = new Totals<{ name: string }>();
    totals.add('a', { name: 'A' }, addend());
    totals.add('b', { name: 'B' }, addend({ energyKwh: undefined, durationMinutes: undefined }));
    totals.add('a', { name: 'A new' }, addend({ cost: 0.1, costSpot: 0.1 }));
    expect(totals.rows()).to.deep.equal([
      {
        name: 'A new',
        sessions: 2,
        energyKwh: 2,
        durationMinutes: 20,
        cost: 1.2,
        costSpot: 1.2,
        costTariff: undefined,
        costFixed: undefined,
        unpricedKwh: 0,
      },
      {
        name: 'B',
        sessions: 1,
        energyKwh: 0,
        durationMinutes: 0,
        cost: 1.1,
        costSpot: 1.1,
        costTariff: undefined,
        costFixed: undefined,
        unpricedKwh: 0,
      },
    ]);
  });

  it('have no cost while the cost of one session is not known', () => {
    const totals = new Totals<object>();
    totals.add('', {}, addend());
    totals.add('', {}, addend({ cost: undefined, costSpot: 0.5, unpricedKwh: 0.4 }));
    expect(totals.rows()[0]).to.include({ cost: undefined, costSpot: 1.6, unpricedKwh: 0.4 });
  });

  it('are exact to the mWh and to 0.01, whatever the order', () => {
    const one = fc.tuple(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: -10_000, max: 1_000_000 }));
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 300 }), (all) => {
        const totals = new Totals<object>();
        for (const [mwh, cents] of all) totals.add('', {}, addend({ energyKwh: mwh / 1e6, cost: cents / 100 }));
        const [mwh, cents] = all.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
        expect(totals.rows()[0]).to.include({ energyKwh: mwh / 1e6, cost: cents / 100 });
      }),
    );
  });
});
