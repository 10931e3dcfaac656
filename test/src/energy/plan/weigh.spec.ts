import { expect } from 'chai';
import { freePart, weigh } from '../../../../src/energy/plan/weigh';

const SUN = { series: 'sun', seriesWeight: 'alike', houseW: 500, powerKw: 10 } as const;
const CO2 = { ...SUN, series: 'co2' } as const;

describe('what a step of a plan costs', () => {
  it('is the price of the part that the sun does not give once the house has had its own', () => {
    for (const [second, free] of [
      [0, 0],
      [500, 0],
      [5_500, 0.5],
      [10_500, 1],
      [20_000, 1],
      [undefined, 0],
    ] as const) {
      expect(freePart({ price: 2, second }, SUN), String(second)).to.equal(free);
      expect(weigh([{ price: 2, second }], SUN)).to.deep.equal([2 * (1 - free)]);
    }
    expect(freePart({ price: 2, second: 9_000 }, CO2)).to.equal(0);
  });

  it('is half price and half CO₂, each by its mean, and by the mean where CO₂ is not known', () => {
    const steps = [
      { price: 1, second: 100 },
      { price: 3, second: 300 },
      { price: 2, second: undefined },
    ];
    expect(weigh(steps, CO2)).to.deep.equal([1, 3, 2]);
    expect(weigh(steps, { ...CO2, seriesWeight: 'price' })).to.deep.equal([1, 3, 2]);
    const against = [
      { price: 1, second: 300 },
      { price: 3, second: 100 },
    ];
    expect(weigh(against, { ...CO2, seriesWeight: 'series' })).to.deep.equal([2.5, 1.5]);
    expect(weigh(against, { ...CO2, seriesWeight: 'price' })).to.deep.equal([1.5, 2.5]);
  });

  it('rises with CO₂ also where prices are below zero or none', () => {
    const none = [100, 300].map((second) => ({ price: 0, second }));
    const [clean = 0, dirty = 0] = weigh(none, CO2);
    expect(dirty).to.be.above(clean);
    const [first = 0, second = 0] = weigh(
      none.map((step) => ({ ...step, price: -1 })),
      CO2,
    );
    expect(second).to.be.above(first);
    expect(weigh([{ price: 2, second: 0 }], CO2)).to.deep.equal([2]);
  });
});
