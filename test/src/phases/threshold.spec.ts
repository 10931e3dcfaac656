import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DurableFile } from '../../../src/current/durable-file';
import { PhaseBudget } from '../../../src/phases/budget';
import { canSwitchPhases, thresholdOf } from '../../../src/phases/threshold';

import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/fake-timers';

const DWELL_MS = 15 * 60_000;

describe('the change between one and three phases', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'zaptec-phases-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is one of three choices', () => {
    expect(thresholdOf('always-three')).to.equal(0);
    expect(thresholdOf('always-one')).to.equal(32);
    expect(thresholdOf({ below: 8 })).to.equal(8);
    for (const below of [0, 5.9, 31.1, 32, NaN, '8'])
      expect(() => thresholdOf({ below })).to.throw(/none of the choices/);
    for (const other of [null, 8, 'three', {}]) expect(() => thresholdOf(other)).to.throw(/always-three/);
  });

  it('dwells for 15 minutes and has a budget for each session', () => {
    const budget = new PhaseBudget(undefined, 2);
    expect(budget.nextAt).to.equal(-Infinity);
    budget.switched(['a', 'b'], 1_000);
    expect(budget.nextAt).to.equal(1_000 + DWELL_MS);
    budget.switched(['a'], 2_000);
    expect(budget.isSpent(['c', 'a'])).to.equal(true);
    expect(budget.isSpent(['b', 'c'])).to.equal(false);
    expect(budget.isSpent([])).to.equal(false);
    const takeBack = budget.switched(['c'], 5_000);
    takeBack();
    expect(budget.isSpent(['a'])).to.equal(true);
    expect(budget.nextAt).to.equal(2_000 + DWELL_MS);
  });

  it('keeps its dwell over a restart, by the wall clock, and takes a time in the future for now', () => {
    const timers = fakeTimers(Date.UTC(2026, 4, 4, 10));
    try {
      const memory = new DurableFile(directory, 'phases-x');
      const budget = new PhaseBudget(memory, 2);
      const at = clock.steady();
      budget.switched(['a', 'b'], at - 2_000);
      budget.switched(['a'], at - 1_000)();
      budget.switched(['a', 'c'], at);
      timers.tick(60_000);
      const after = new PhaseBudget(new DurableFile(directory, 'phases-x'), 2);
      expect(after.nextAt).to.equal(at + DWELL_MS);
      expect(after.isSpent(['a'])).to.equal(true);
      expect(after.isSpent(['c'])).to.equal(false);
      timers.stepWall(-3_600_000);
      clock.restart();
      const setBack = new PhaseBudget(new DurableFile(directory, 'phases-x'), 2);
      expect(setBack.nextAt).to.equal(clock.steady() + DWELL_MS);
    } finally {
      timers.restore();
    }
  });

  it('takes from the disk only what it understands', () => {
    for (const value of [undefined, null, [], 'x', { at: 'x', used: 5 }, { at: null, used: { a: 'x', b: -1 } }]) {
      const budget = new PhaseBudget({ load: () => value, save: () => undefined }, 1);
      expect(budget.nextAt).to.equal(-Infinity);
      expect(budget.isSpent(['a', 'b'])).to.equal(false);
    }
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
