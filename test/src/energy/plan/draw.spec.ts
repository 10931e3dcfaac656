import { expect } from 'chai';
import fc from 'fast-check';
import { DrawEstimate } from '../../../../src/energy/plan/draw';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A car of which 10 kW were said, after it has drawn each of these powers for a quarter of an hour. */
function seen(...kilowatts: number[]): DrawEstimate {
  const draw = new DrawEstimate(10);
  for (const kw of kilowatts) for (let minute = 0; minute < 15; minute += 1) draw.observe(kw, MINUTE);
  return draw;
}

describe('the estimate of the power of a car', () => {
  it('relies on an uneven power as it was last for a while, and not for hours', () => {
    const high = seen(5, 9);
    const low = seen(9, 5);
    expect(high.sureKw(15 * MINUTE)).to.be.within(7, 9);
    expect(high.sureKw(8 * HOUR)).to.be.within(4.5, 6);
    expect(low.sureKw(15 * MINUTE)).to.be.below(5.1);
  });

  it('relies the less on it the longer the car has not charged', () => {
    const draw = seen(5, 9);
    const sure = [draw.sureKw(HOUR)];
    for (let hour = 0; hour < 3; hour += 1) {
      draw.observe(0, HOUR);
      sure.push(draw.sureKw(HOUR));
    }
    expect(sure).to.deep.equal([...sure].sort((a, b) => b - a));
    expect(sure.at(-1)).to.be.below(4.4);
  });

  it('plans between what it expects and what is sure, and of an even power with all of it', () => {
    const uneven = seen(9, 5, 8);
    expect(uneven.planKw(4 * HOUR)).to.be.closeTo((uneven.kw + uneven.sureKw(4 * HOUR)) / 2, 1e-9);
    expect(uneven.planKw(4 * HOUR)).to.be.below(uneven.kw);
    const even = seen(7, 7, 7);
    expect(even.planKw(4 * HOUR)).to.equal(even.kw);
  });

  it('is a power for a time that is next to nothing', () => {
    expect(seen(9, 5, 8).planKw(5e-324)).to.be.above(0);
  });

  it('is a power above 0 whatever it sees', () => {
    // The session of the car takes no more than 1,000 kW for a power.
    const kw = fc.oneof(
      fc.double({ min: 0, max: 1_000 }),
      fc.double({ min: 0, max: 30 }),
      fc.constantFrom(NaN, Infinity, -1),
    );
    const ms = fc.oneof(fc.double(), fc.integer({ min: 0, max: 4 * HOUR }));
    const event = fc.record({ kw, ms, isSteady: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.double({ min: 0, max: 200, noNaN: true }), (events, hours) => {
        const draw = new DrawEstimate(10);
        for (const each of events) draw.observe(each.kw, each.ms, each.isSteady);
        for (const power of [draw.kw, draw.sureKw(hours * HOUR), draw.planKw(hours * HOUR)]) {
          expect(power).to.satisfy(Number.isFinite).and.to.be.above(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
