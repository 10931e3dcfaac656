import { expect } from 'chai';
import { PHASE_DWELL_MS, PhaseBudget, thresholdOf } from '../../../src/control/phase-threshold';

describe('the change between one and three phases', () => {
  it('is one of three choices', () => {
    expect(thresholdOf({ phases: 'three' })).to.equal(0);
    expect(thresholdOf({ phases: 'one' })).to.equal(32);
    expect(thresholdOf({ phases: 'below', ampere: 8 })).to.equal(8);
    for (const ampere of [0, 5.9, 31.1, 32, NaN]) {
      expect(() => thresholdOf({ phases: 'below', ampere })).to.throw(/out of range/);
    }
  });

  it('dwells for 15 minutes and has a budget for each session', () => {
    const budget = new PhaseBudget(2);
    expect(budget.nextAt('a')).to.equal(-Infinity);
    budget.switched('a', 1_000);
    expect(budget.nextAt('a')).to.equal(1_000 + PHASE_DWELL_MS);
    budget.switched('a', 2_000);
    expect(budget.left('a')).to.equal(0);
    expect(budget.nextAt('a')).to.equal(Infinity);
    expect(budget.nextAt('b')).to.equal(2_000 + PHASE_DWELL_MS);
    expect(new PhaseBudget().left('a')).to.equal(5);
    expect(new PhaseBudget(99).left('a')).to.equal(20);
  });
});
