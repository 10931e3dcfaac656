import { expect } from 'chai';
import { combined, contendersOf, ruleOf } from '../../../src/current/combination';
import { everyPhase } from '../../../src/current/currents';
import type { CombineRule, Currents } from '../../../src/current/types';

interface Over {
  combine?: CombineRule;
  priority?: number;
  suspended?: string;
}
const target = (serial: number, of: number | Currents, { suspended, ...settings }: Over = {}) => ({
  settings,
  setpoint: { serial, currents: typeof of === 'number' ? everyPhase(of) : of, suspended },
});

describe('the targets of several nodes', () => {
  it('follow the rule that all have, the newest where none says one, and else the lowest', () => {
    expect(ruleOf([])).to.equal('newest');
    expect(ruleOf([target(1, 6)])).to.equal('newest');
    expect(ruleOf([target(1, 6, { combine: 'highest' }), target(2, 8, { combine: 'highest' })])).to.equal('highest');
    expect(ruleOf([target(1, 6, { combine: 'highest' }), target(2, 8)])).to.equal('lowest');
  });

  it('are the newest alone, whatever their order, and none while that is suspended', () => {
    const targets = [target(1, 6), target(3, 10), target(2, 8)];
    expect(contendersOf(targets)).to.deep.equal([targets[1]]);
    expect(combined(targets)).to.deep.equal({ currents: everyPhase(10), owners: [targets[1]], rule: 'newest' });
    expect(combined([target(1, 6), target(2, 8, { suspended: 'foreign' })])).to.equal(undefined);
    expect(combined([])).to.equal(undefined);
  });

  it('are the one of the highest priority, the newest of several, and 0 where none is said', () => {
    const of = (serial: number, priority?: number) =>
      target(serial, serial, { combine: 'priority', ...(priority === undefined ? {} : { priority }) });
    const winner = (...targets: ReturnType<typeof of>[]) => combined(targets)?.currents.phase1;
    expect(winner(of(1, 2), of(2, 1))).to.equal(1);
    expect(winner(of(1, 1), of(2, 2))).to.equal(2);
    expect(winner(of(2, 1), of(1, 1))).to.equal(2);
    expect(winner(of(1, 1), of(2, 1))).to.equal(2);
    expect(winner(of(1), of(2, -1))).to.equal(1);
    expect(winner(of(1, -1), of(2))).to.equal(2);
  });

  for (const [rule, currents, owners] of [
    ['lowest', { phase1: 6, phase2: 8, phase3: 10 }, [0, 1]],
    ['highest', { phase1: 12, phase2: 16, phase3: 10 }, [0, 1]],
  ] as const) {
    it(`are the ${rule} on each phase, of those that set one`, () => {
      const targets = [
        target(1, { phase1: 6, phase2: 16, phase3: 10 }, { combine: rule }),
        target(2, { phase1: 12, phase2: 8, phase3: 10 }, { combine: rule }),
        target(3, rule === 'lowest' ? 20 : 5, { combine: rule }),
      ];
      expect(combined(targets)).to.deep.equal({ currents, owners: owners.map((index) => targets[index]), rule });
    });
  }

  it('are combined without those that are suspended', () => {
    const targets = [target(1, 6, { combine: 'lowest', suspended: 'yielded' }), target(2, 8, { combine: 'lowest' })];
    expect(combined(targets)).to.deep.include({ currents: everyPhase(8), owners: [targets[1]] });
  });
});
