import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { DurableFile } from '../../../src/current/durable-file';
import { PhaseBudget } from '../../../src/phases/budget';
import { canSwitchPhases, thresholdOf, withThreshold } from '../../../src/phases/threshold';
import { clock } from '../../../src/time/clock';
import { failureOf } from '../../support/failure';
import { fakeTimers } from '../../support/fake-timers';

const DWELL_MS = 15 * 60_000;

describe('the switch between one and three phases', () => {
  let directory: string;
  let timers: SinonFakeTimers;
  /** The times that the tests name count from here, ms of `clock.steady()`. */
  let start: number;
  beforeEach(() => {
    timers = fakeTimers();
    start = clock.steady();
    directory = mkdtempSync(join(tmpdir(), 'zaptec-phases-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
    timers.restore();
  });

  it('takes one of three choices', () => {
    expect(thresholdOf('always-three')).to.equal(0);
    expect(thresholdOf('always-one')).to.equal(32);
    expect(thresholdOf({ below: 8 })).to.equal(8);
    expect(thresholdOf({ below: '8' })).to.equal(8);
    expect([6, 31].map((below) => thresholdOf({ below }))).to.deep.equal([6, 31]);
    for (const below of [0, 5.9, 31.1, 32, NaN, '', 'eight', [8]])
      expect(() => thresholdOf({ below })).to.throw(/none of the choices/);
    for (const other of [null, 8, 'three', {}]) expect(() => thresholdOf(other)).to.throw(/always-three/);
  });

  it('is a setting of an installation, which is given by its name or by its number', async () => {
    expect(withThreshold({ phases: { below: 8 }, other: 1 })).to.deep.equal({
      other: 1,
      threeToOnePhaseSwitchCurrent: 8,
    });
    for (const settings of [{ phases: undefined, other: 1 }, { threeToOnePhaseSwitchCurrent: 7 }, null, 'x', 5])
      expect(withThreshold(settings)).to.equal(settings);
    const both = { phases: 'always-one', threeToOnePhaseSwitchCurrent: 32 };
    for (const [settings, text] of [
      [both, /phases together with threeToOnePhaseSwitchCurrent.*Give either of them: they are the same setting/],
      [{ phases: 'two' }, /phases is none of the choices.*with 6 to 31 A/],
    ] as const) {
      const error = await failureOf(Promise.resolve().then(() => withThreshold(settings)));
      expect(error.code).to.equal('INPUT_INVALID');
      expect(error.message).to.match(text);
    }
  });

  it('dwells for 15 minutes and counts the switches of each session', () => {
    const budget = new PhaseBudget(undefined, 2);
    expect(budget.nextAt).to.equal(-Infinity);
    budget.switched(['a', 'b'], start + 1_000);
    expect(budget.nextAt).to.equal(start + 1_000 + DWELL_MS);
    budget.switched(['a'], start + 2_000);
    expect(budget.isSpent(['c', 'a'])).to.equal(true);
    expect(budget.isSpent(['b', 'c'])).to.equal(false);
    expect(budget.isSpent([])).to.equal(false);
    const takeBack = budget.switched(['c'], start + 5_000);
    takeBack();
    expect(budget.isSpent(['a'])).to.equal(true);
    expect(budget.nextAt).to.equal(start + 2_000 + DWELL_MS);
  });

  for (const stepMs of [-86_400_000, -3_600_000, -90_000, 90_000, 3_600_000, 86_400_000]) {
    it(`dwells as long as ever when the wall clock steps by ${stepMs / 1_000} s`, () => {
      const budget = new PhaseBudget(new DurableFile(directory, 'phases-x'));
      budget.switched([], clock.steady());
      timers.tick(60_000);
      timers.setSystemTime(Date.now() + stepMs);
      expect(budget.nextAt - clock.steady()).to.equal(DWELL_MS - 60_000);
      budget.switched([], clock.steady());
      timers.tick(60_000);
      const after = new PhaseBudget(new DurableFile(directory, 'phases-x'));
      expect(after.nextAt - clock.steady(), 'after a restart').to.equal(DWELL_MS - 60_000);
    });
  }

  it('counts a switch in the future, which a wall clock that was set back has left on the disk, as one of now', () => {
    new PhaseBudget(new DurableFile(directory, 'phases-x')).switched([], clock.steady());
    timers.setSystemTime(Date.now() - 10 * DWELL_MS);
    const budget = new PhaseBudget(new DurableFile(directory, 'phases-x'));
    expect(budget.nextAt).to.equal(clock.steady() + DWELL_MS);
  });

  it('is remembered over a restart, unless it was taken back', () => {
    const memory = new DurableFile(directory, 'phases-x');
    const budget = new PhaseBudget(memory, 2);
    budget.switched(['a', 'b'], start + 1_000);
    budget.switched(['a'], start + 2_000)();
    budget.switched(['a', 'c'], start + 3_000);
    timers.tick(4_000);
    const after = new PhaseBudget(new DurableFile(directory, 'phases-x'), 2);
    expect(after.nextAt).to.equal(start + 3_000 + DWELL_MS);
    expect(after.isSpent(['a'])).to.equal(true);
    expect(after.isSpent(['c'])).to.equal(false);
  });

  it('ignores a budget on the disk that it does not understand', () => {
    for (const value of [undefined, null, [], 'x', { at: 'x', used: 5 }, { at: null, used: { a: 'x', b: -1 } }]) {
      const budget = new PhaseBudget({ load: () => value, save: () => undefined }, 1);
      expect(budget.nextAt).to.equal(-Infinity);
      expect(budget.isSpent(['a', 'b'])).to.equal(false);
    }
  });

  it('is possible for Go 2 and Pro, and perhaps for an unknown model', () => {
    for (const [deviceId, can] of [
      ['GPN000001', true],
      ['ZPR000001', true],
      ['ZAP000001', false],
      ['XYZ000001', true],
    ] as const) {
      expect(canSwitchPhases({ deviceId }), deviceId).to.equal(can);
    }
    expect(canSwitchPhases({ deviceId: 'XYZ000001', deviceType: 1 }), 'a Home is a guess').to.equal(true);
  });
});
