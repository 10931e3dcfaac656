import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { PhaseBudget, type BudgetMemory } from '../../../src/phases/budget';
import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/fake-timers';

const DWELL_MS = 15 * 60_000;

describe('the budget of one charger', () => {
  let timers: SinonFakeTimers;
  let start: number;
  beforeEach(() => {
    timers = fakeTimers();
    start = clock.steady();
  });
  afterEach(() => timers.restore());

  /** A memory that JSON has passed, as on the disk. */
  function memory(saved: unknown = {}): BudgetMemory & { saved: () => unknown } {
    return {
      load: () => saved,
      save: (value) => (saved = JSON.parse(JSON.stringify(value))),
      saved: () => saved,
    };
  }

  it('leaves the other chargers and their sessions alone', () => {
    const budget = new PhaseBudget(undefined, 2);
    budget.switchedOne('one', ['a'], start + 1_000);
    budget.switchedOne('two', ['b'], start + 5_000);
    budget.switchedOne('one', ['a'], start + 3_000);
    expect(budget.nextAtOf('one')).to.equal(start + 3_000 + DWELL_MS);
    expect(budget.nextAtOf('two')).to.equal(start + 5_000 + DWELL_MS);
    expect(budget.nextAtOf('three')).to.equal(-Infinity);
    expect(budget.nextAt, 'of all chargers').to.equal(start + 5_000 + DWELL_MS);
    expect(['a', 'b'].map((session) => budget.isSpent([session]))).to.deep.equal([true, false]);
  });

  it('waits for a switch of all chargers, too', () => {
    const budget = new PhaseBudget();
    budget.switchedOne('one', [], start + 1_000);
    budget.switched([], start + 2_000);
    expect(budget.nextAtOf('one')).to.equal(start + 2_000 + DWELL_MS);
    expect(budget.nextAtOf('two')).to.equal(start + 2_000 + DWELL_MS);
  });

  it('takes back a switch that was not made, and nothing else', () => {
    const budget = new PhaseBudget(undefined, 2);
    budget.switchedOne('one', ['a'], start + 1_000);
    budget.switchedOne('one', ['a'], start + 2_000)();
    expect(budget.nextAtOf('one')).to.equal(start + 1_000 + DWELL_MS);
    expect(budget.isSpent(['a'])).to.equal(false);
  });

  it('is remembered over a restart', () => {
    const disk = memory();
    const budget = new PhaseBudget(disk, 2);
    budget.switchedOne('one', ['a'], start);
    budget.switchedOne('two', ['b'], start);
    budget.switchedOne('two', ['b'], start + 1_000);
    timers.tick(2_000);
    const after = new PhaseBudget(disk, 2);
    expect(after.nextAtOf('one')).to.equal(start + DWELL_MS);
    expect(after.nextAtOf('two')).to.equal(start + 1_000 + DWELL_MS);
    expect(after.nextAtOf('three')).to.equal(-Infinity);
    expect(after.isSpent(['a'])).to.equal(false);
    expect(after.isSpent(['b'])).to.equal(true);
    expect(disk.saved()).to.not.have.property('at');
  });

  it('remembers the 500 newest chargers and sessions', () => {
    const disk = memory();
    const budget = new PhaseBudget(disk, 1);
    for (let n = 0; n <= 500; n += 1) budget.switchedOne(`charger ${n}`, [`session ${n}`], start + n);
    budget.switchedOne('charger 250', ['session 250'], start + 550);
    expect(budget.nextAtOf('charger 1'), 'one known before pushes out no other').to.equal(start + 1 + DWELL_MS);
    expect(budget.isSpent(['session 1'])).to.equal(true);
    budget.switchedOne('charger 1', ['session 1'], start + 600);
    budget.switchedOne('charger 501', ['session 501'], start + 700);
    expect([0, 1, 2, 3].map((n) => budget.nextAtOf(`charger ${n}`))).to.deep.equal([
      -Infinity,
      start + 600 + DWELL_MS,
      -Infinity,
      start + 3 + DWELL_MS,
    ]);
    expect([0, 1, 2, 3].map((n) => budget.isSpent([`session ${n}`]))).to.deep.equal([false, true, false, true]);
  });

  it('keeps what it understands on the disk', () => {
    const wall = clock.now();
    timers.tick(1_000);
    const used = { a: 1, text: '1', negative: -1, none: 0, nothing: null };
    const budget = new PhaseBudget(memory({ at: '1', used, chargers: { one: wall, two: 'x', three: -1 } }), 1);
    expect(budget.isSpent(['a'])).to.equal(true);
    expect(budget.isSpent(['text', 'negative', 'none', 'nothing'])).to.equal(false);
    expect(budget.nextAtOf('one')).to.equal(start + DWELL_MS);
    expect([budget.nextAtOf('two'), budget.nextAtOf('three')]).to.deep.equal([-Infinity, -Infinity]);
    expect(new PhaseBudget(memory({ used: { none: 0 } }), 0).isSpent(['none'])).to.equal(true);
  });

  it('begins to wait where the memory was lost, with the sessions that are still known', () => {
    const lost = { ...memory({ used: { a: 1 } }), isLost: true };
    const budget = new PhaseBudget(lost, 1);
    expect(budget.nextAt).to.equal(start + DWELL_MS);
    expect(budget.nextAtOf('one')).to.equal(start + DWELL_MS);
    expect(budget.isSpent(['a'])).to.equal(true);
  });
});
