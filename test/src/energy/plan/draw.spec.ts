import { expect } from 'chai';
import fc from 'fast-check';
import { DrawEstimate } from '../../../../src/energy/plan/draw';
import { draws } from '../../../support/draws';

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

  describe('after earlier sessions', () => {
    const sure = (...earlierKw: number[]): number => new DrawEstimate(10, earlierKw).sureKw(HOUR);
    const guess = new DrawEstimate(10).sureKw(HOUR);

    it('expects the highest of them, or what was learnt of this session', () => {
      expect(new DrawEstimate(10, [4, 7, 6]).kw).to.equal(7);
      expect(new DrawEstimate(10, [4, 7, 6], 5).kw).to.equal(5);
      expect(new DrawEstimate(10, []).kw).to.equal(10);
    });

    it('relies on no more than the lowest, as long as nothing has been seen of the car', () => {
      expect(sure(10, 3, 10, 10, 10, 10)).to.equal(3);
      expect(new DrawEstimate(10, [10, 3]).supposedKw).to.equal(3);
      expect(sure(10, 9)).to.equal(guess);
      const draw = new DrawEstimate(10, [10, 3]);
      for (let minute = 0; minute < 30; minute += 1) draw.observe(10, MINUTE);
      expect(draw.sureKw(HOUR)).to.be.above(9.9);
    });

    it('relies on three that differ by a tenth at most', () => {
      expect(sure(6, 6)).to.equal(guess);
      expect(sure(6, 5.4, 6)).to.equal(5.4);
      expect(sure(6, 5.3, 6)).to.equal(guess);
      expect(sure(8, 6, 6, 6)).to.equal(guess);
      expect(new DrawEstimate(10, [9, 9, 9]).supposedKw).to.equal(9);
    });

    it('relies on five that drew all that was said, since a guest may share its current', () => {
      expect(sure(10, 10, 10, 10)).to.equal(guess);
      expect(sure(10, 10, 10, 10, 9.5)).to.equal(9.5);
      expect(sure(9.4, 9.4, 9.4), 'less than all').to.equal(9.4);
    });

    it('relies on none of them for a car that draws less than they did, or now more, now less', () => {
      const full = [10, 10, 10, 10, 10];
      expect(new DrawEstimate(10, full).sureKw(HOUR)).to.equal(10);
      expect(new DrawEstimate(10, full, 6).sureKw(HOUR), 'learnt before a restart').to.equal(guess);
      const draw = new DrawEstimate(10, full);
      for (let minute = 0; minute < 60; minute += 1) draw.observe(minute % 30 < 15 ? 10 : 4.5, MINUTE);
      expect(draw.sureKw(8 * HOUR)).to.be.below(5);
    });

    it('never relies on more than the guess where they differ, nor than on the lowest', () => {
      const powers = fc.array(fc.double({ min: 0.5, max: 22, noNaN: true }), { minLength: 1, maxLength: 7 });
      fc.assert(
        fc.property(powers, fc.double({ min: 0, max: 24, noNaN: true }), (earlierKw, hours) => {
          const without = new DrawEstimate(10);
          const draw = new DrawEstimate(10, earlierKw);
          const lowest = Math.min(...earlierKw);
          const differ = lowest < 0.9 * Math.max(...earlierKw);
          for (const [power, otherwise] of [
            [draw.sureKw(hours * HOUR), without.sureKw(hours * HOUR)],
            [draw.supposedKw, without.supposedKw],
          ] as const) {
            expect(power).to.be.at.most(lowest).and.above(0);
            if (differ) expect(power).to.be.at.most(otherwise);
          }
        }),
      );
    });
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
      { numRuns: draws(300) },
    );
  });

  it('is at first what was said, or what an earlier run has learnt: up to twice as much, and no less than a trickle', () => {
    expect(new DrawEstimate(10).kw).to.equal(10);
    expect(new DrawEstimate(0.1).kw).to.equal(0.5);
    expect(new DrawEstimate(10, [], 6).kw).to.equal(6);
    expect(new DrawEstimate(10, [], 0.5).kw).to.equal(0.5);
    expect(new DrawEstimate(10, [], 0.49).kw).to.equal(10);
    expect(new DrawEstimate(10, [], 30).kw).to.equal(20);
  });

  it('supposes 70 % of what was said of a car that it has not seen, or what was learnt where that is less', () => {
    expect(new DrawEstimate(10).supposedKw).to.equal(7);
    expect(new DrawEstimate(10, [], 6).supposedKw).to.equal(6);
    expect(new DrawEstimate(10).isUnseen).to.equal(true);
    expect(seen(7).isUnseen).to.equal(false);
  });

  it('relies on 40 % of what was said of a car that it has not seen, for hours on 48 %', () => {
    const draw = new DrawEstimate(10);
    expect(draw.sureKw(0)).to.equal(4);
    expect(draw.sureKw(210 * MINUTE)).to.be.closeTo(4 + 0.8 * (1 - Math.exp(-1)), 1e-9);
    expect(draw.sureKw(100 * HOUR)).to.be.closeTo(4.8, 1e-6);
    expect(new DrawEstimate(10, [], 3).sureKw(100 * HOUR), 'no more than was learnt').to.equal(3);
    expect(draw.planKw(HOUR), 'a plan with all').to.equal(10);
  });

  it('relies on an even power the more, the longer it lasts: soon on all that was said, late on a part', () => {
    const doubted = (kw: number, minutes: number, constantMinutes: number) => {
      const draw = new DrawEstimate(10);
      for (let minute = 0; minute < minutes; minute += 1) draw.observe(kw, MINUTE);
      expect(draw.sureKw(0)).to.be.closeTo(kw + (4 - kw) * Math.exp(-minutes / constantMinutes), 0.15);
    };
    for (const minutes of [5, 15, 60]) {
      doubted(9.5, minutes, 2.5);
      doubted(9.4, minutes, 30);
    }
  });

  it('takes a power that varies by 4 % for even, and one that varies more for uneven', () => {
    const isUneven = (...kilowatts: number[]) => {
      const draw = new DrawEstimate(20);
      for (const kw of kilowatts) draw.observe(kw, 1);
      return draw.planKw(HOUR) < draw.kw;
    };
    expect(isUneven(10, 9.61)).to.equal(false);
    expect(isUneven(10, 9.59)).to.equal(true);
    expect(isUneven(9.59, 10)).to.equal(true);
  });

  it('forgets the lowest and the highest power within hours', () => {
    const draw = seen(5, 9);
    const before = draw.sureKw(8 * HOUR);
    for (let minute = 0; minute < 12 * 60; minute += 1) draw.observe(9, MINUTE);
    expect(draw.planKw(8 * HOUR), 'even again').to.equal(draw.kw);
    expect(draw.sureKw(8 * HOUR)).to.be.above(before + 2);
    const fallen = seen(9, 5);
    for (let minute = 0; minute < 12 * 60; minute += 1) fallen.observe(5, MINUTE);
    expect(fallen.planKw(8 * HOUR), 'even again').to.equal(fallen.kw);
  });

  it('believes more within minutes, and less only when it goes on, once it knows the car', () => {
    const learnt = (draw: DrawEstimate, kw: number, minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) draw.observe(kw, MINUTE);
      return draw.kw;
    };
    expect(learnt(new DrawEstimate(10), 6, 5), 'a car that is not known').to.be.closeTo(
      6 + 4 * Math.exp(-300 / 90),
      1e-6,
    );
    expect(learnt(seen(10), 6, 5), 'a car that is known').to.be.closeTo(6 + 4 * Math.exp(-5 / 40), 1e-6);
    expect(learnt(seen(6), 9, 5), 'more').to.be.above(8.8);
  });

  it('takes from a car that is on its way to its power only that it draws more', () => {
    const draw = new DrawEstimate(5);
    draw.observe(3, 5 * MINUTE, false);
    expect(draw.kw).to.equal(5);
    expect(draw.isUnseen).to.equal(true);
    draw.observe(9, 5 * MINUTE, false);
    expect(draw.kw).to.be.above(8.5);
    expect(draw.isUnseen, 'neither the least nor the most is known').to.equal(true);
  });

  it('counts a reading for ten minutes at most, and one of no time or of a trickle not at all', () => {
    const of = (kw: number, ms: number) => {
      const draw = seen(10);
      draw.observe(kw, ms);
      return draw.kw;
    };
    expect(of(6, 10 * HOUR)).to.equal(of(6, 10 * MINUTE));
    expect(of(6, 9 * MINUTE)).to.be.above(of(6, 10 * MINUTE));
    for (const [kw, ms] of [
      [6, 0],
      [6, -1],
      [6, NaN],
      [0.49, HOUR],
      [Infinity, HOUR],
    ] as const) {
      expect(of(kw, ms), `${kw} kW for ${ms} ms`).to.equal(seen(10).kw);
    }
    expect(of(0.5, HOUR)).to.be.below(9);
  });
});
