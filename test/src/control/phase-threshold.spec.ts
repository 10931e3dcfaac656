import { expect } from 'chai';
import { PhaseBudget } from '../../../src/control/phase-budget';
import { canSwitchPhases, thresholdOf } from '../../../src/control/phase-threshold';

const DWELL_MS = 15 * 60_000;

describe('the change between one and three phases', () => {
  it('is one of three choices', () => {
    expect(thresholdOf('always-three')).to.equal(0);
    expect(thresholdOf('always-one')).to.equal(32);
    expect(thresholdOf({ below: 8 })).to.equal(8);
    for (const below of [0, 5.9, 31.1, 32, NaN, '8'])
      expect(() => thresholdOf({ below })).to.throw(/none of the choices/);
    for (const other of [null, 8, 'three', {}]) expect(() => thresholdOf(other)).to.throw(/always-three/);
  });

  it('dwells for 15 minutes and has a budget for each session', () => {
    const budget = new PhaseBudget(2);
    expect(budget.nextAt(0)).to.equal(-Infinity);
    budget.switched(['a', 'b'], 1_000);
    expect(budget.nextAt(2_000)).to.equal(1_000 + DWELL_MS);
    budget.switched(['a'], 2_000);
    expect(budget.isSpent(['c', 'a'])).to.equal(true);
    expect(budget.isSpent(['b', 'c'])).to.equal(false);
    expect(budget.isSpent([])).to.equal(false);
    const takeBack = budget.switched(['c'], 5_000);
    takeBack();
    expect(budget.isSpent(['a'])).to.equal(true);
    expect(budget.nextAt(5_000)).to.equal(2_000 + DWELL_MS);
  });

  it('makes nothing wait for longer when the clock is set back', () => {
    const budget = new PhaseBudget();
    budget.switched([], 10 * DWELL_MS);
    expect(budget.nextAt(1_000)).to.equal(1_000 + DWELL_MS);
  });

  it('is something for Go 2 and Pro, and perhaps for what is not known', () => {
    for (const [deviceId, can] of [
      ['GPN000001', true],
      ['ZPR000001', true],
      ['ZAP000001', false],
      ['XYZ000001', true],
    ] as const) {
      expect(canSwitchPhases({ deviceId }), deviceId).to.equal(can);
    }
  });
});
