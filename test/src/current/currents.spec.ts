import { expect } from 'chai';
import {
  currentsFrom,
  everyPhase,
  highest,
  isAbove,
  isFinite,
  isNegative,
  isSame,
  isUsable,
  lowest,
  roundedDown,
  shown,
} from '../../../src/current/currents';

const of = (phase1: number, phase2: number, phase3: number) => ({ phase1, phase2, phase3 });

describe('currents of three phases', () => {
  it('are the lowest and the highest of each phase', () => {
    expect(lowest(of(1, 9, 5), of(2, 4, 6), of(3, 7, 4))).to.deep.equal(of(1, 4, 4));
    expect(highest(of(1, 9, 5), of(2, 4, 6), of(3, 7, 4))).to.deep.equal(of(3, 9, 6));
  });

  for (const [what, first, second, above] of [
    ['one phase is more', of(6, 6, 6.1), everyPhase(6), true],
    ['every phase is less', everyPhase(5), everyPhase(6), false],
    ['one is more and one is less', of(5, 7, 6), everyPhase(6), true],
    ['one is more by less than can be set', of(6.04, 6, 6), everyPhase(6), false],
  ] as const) {
    it(`are ${above ? '' : 'not '}above others where ${what}`, () => {
      expect(isAbove(first, second)).to.equal(above);
    });
  }

  it('are the same where none differs by as much as can be set', () => {
    expect(isSame(of(6.04, 5.96, 6), everyPhase(6))).to.equal(true);
    expect(isSame(of(6, 5.9, 6), everyPhase(6))).to.equal(false);
    expect(isSame(of(6, 6.1, 6), everyPhase(6))).to.equal(false);
  });

  it('are rounded down to what can be set: 12.3 stays 12.3, and nothing gets more', () => {
    expect(roundedDown(of(12.3, 12.39, 0.29))).to.deep.equal(of(12.3, 12.3, 0.2));
    expect(roundedDown(of(0, 6, 16.999))).to.deep.equal(of(0, 6, 16.9));
    expect(roundedDown(everyPhase(Infinity))).to.deep.equal(everyPhase(Infinity));
  });

  for (const [what, value, finite, negative] of [
    ['numbers from 0 on', of(0, 6, 32), true, false],
    ['a number below 0', of(0, -0.1, 32), true, true],
    ['no number', of(0, NaN, 32), false, false],
    ['an endless number', of(0, 6, Infinity), false, false],
  ] as const) {
    it(`of ${what} are ${finite && !negative ? '' : 'not '}usable, in JSON neither`, () => {
      expect(isFinite(value)).to.equal(finite);
      expect(isNegative(value)).to.equal(negative);
      expect(isUsable(value)).to.equal(finite && !negative);
      expect(currentsFrom(value)).to.deep.equal(finite && !negative ? value : undefined);
    });
  }

  it('of JSON are numbers for each phase, and nothing else', () => {
    expect(currentsFrom({ ...of(1, 2, 3), more: 4 })).to.deep.equal(of(1, 2, 3));
    for (const value of [
      undefined,
      null,
      6,
      '6',
      [1, 2, 3],
      {},
      { phase1: 1, phase2: 2 },
      { ...of(1, 2, 3), phase2: '2' },
    ]) {
      expect(currentsFrom(value), JSON.stringify(value)).to.equal(undefined);
    }
  });

  it('are one number for people where all are equal', () => {
    expect(shown(everyPhase(6))).to.equal('6 A');
    expect(shown(of(6, 6, 8))).to.equal('6/6/8 A');
    expect(shown(of(8, 6, 6))).to.equal('8/6/6 A');
  });
});
