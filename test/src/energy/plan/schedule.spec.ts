import { expect } from 'chai';
import fc from 'fast-check';
import { schedule, type Step } from '../../../../src/energy/plan/schedule';
import { draws } from '../../../support/draws';

const steps = (...costs: number[]): Step[] => costs.map((cost) => ({ cost, allowed: true }));
const RULES = { need: 2, leastRun: 1, running: 0, startCost: 0, onePiece: false };
const shown = (chosen: readonly boolean[]): string => chosen.map((on) => (on ? '#' : '.')).join('');
const costOf = (all: readonly Step[], chosen: readonly boolean[]): number =>
  all.reduce((sum, { cost }, index) => sum + (chosen[index] === true ? cost : 0), 0);
const runsOf = (chosen: readonly boolean[]): number[] =>
  shown(chosen)
    .split('.')
    .filter(Boolean)
    .map((run) => run.length);

/** Every choice there is. */
function* choices(count: number): Generator<boolean[]> {
  for (let bits = 0; bits < 2 ** count; bits += 1) {
    yield Array.from({ length: count }, (_, index) => ((bits >> index) & 1) === 1);
  }
}

describe('the schedule', () => {
  it('takes the cheapest steps, of equal ones the earlier', () => {
    expect(shown(schedule(steps(3, 1, 2, 1, 1), RULES))).to.equal('.#.#.');
    expect(shown(schedule(steps(1, 1, 1, 1), RULES))).to.equal('##..');
  });

  it('takes all that is allowed when that is not enough', () => {
    const some = [{ cost: 1, allowed: false }, ...steps(5, 6)];
    expect(shown(schedule(some, { ...RULES, need: 9 }))).to.equal('.##');
  });

  it('charges in one piece, and ends the piece that it has begun', () => {
    const all = steps(1, 9, 3, 3, 1);
    expect(shown(schedule(all, { ...RULES, onePiece: true }))).to.equal('...##');
    expect(shown(schedule(all, { ...RULES, onePiece: true, running: 1 }))).to.equal('##...');
  });

  it('goes on with a run until it has lasted long enough', () => {
    const all = steps(9, 9, 1, 1, 1, 1);
    expect(shown(schedule(all, { ...RULES, need: 3, leastRun: 3 }))).to.equal('..###.');
    expect(shown(schedule(all, { ...RULES, need: 3, leastRun: 3, running: 1 })).startsWith('##')).to.equal(true);
  });

  it('starts less often where that costs next to nothing', () => {
    const all = steps(1, 1.001, 1, 2);
    expect(shown(schedule(all, { ...RULES, startCost: 0.1 }))).to.equal('##..');
  });

  it('is as cheap as the cheapest of all choices that keep the least run', () => {
    const small = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 6 }), (costs, leastRun, need) => {
        fc.pre(need >= leastRun && need < costs.length);
        const all = steps(...costs);
        const kept = [...choices(costs.length)].filter((choice) => {
          const runs = runsOf(choice);
          return runs.reduce((sum, run) => sum + run, 0) === need && runs.every((run) => run >= leastRun);
        });
        const chosen = schedule(all, { ...RULES, need, leastRun });
        expect(costOf(all, chosen)).to.equal(Math.min(...kept.map((choice) => costOf(all, choice))));
      }),
      { numRuns: draws(300) },
    );
  });
});
