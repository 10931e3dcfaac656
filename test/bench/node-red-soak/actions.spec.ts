import { expect } from 'chai';
import fc from 'fast-check';
import { actionsOf, CLOCKS, textOf, type Action, type Plan } from '../../../bench/node-red-soak/actions';
import { FAULT_TABLE } from '../../../simulator/faults/table';

const MINUTE = 60_000;
const plan = (over: Partial<Plan> = {}): Plan => ({
  seed: 1,
  minutes: 30,
  faults: FAULT_TABLE,
  nodes: ['state', 'solar'],
  chargers: 2,
  redis: true,
  ...over,
});
const anyPlan = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  minutes: fc.integer({ min: 1, max: 60 }),
  redis: fc.boolean(),
});
const ofKind = <K extends Action['kind']>(actions: readonly Action[], kind: K) =>
  actions.filter((action): action is Extract<Action, { kind: K }> => action.kind === kind);

describe('the actions of the soak', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(actionsOf(plan())).to.deep.equal(actionsOf(plan()));
    expect(actionsOf(plan())).not.to.deep.equal(actionsOf(plan({ seed: 2 })));
  });

  it('come in their order, within the time, and as one line each', () => {
    fc.assert(
      fc.property(anyPlan, (over) => {
        const actions = actionsOf(plan(over));
        const times = actions.map(({ at }) => at);
        expect(times).to.deep.equal([...times].sort((a, b) => a - b));
        expect(Math.max(...times)).to.be.at.most(over.minutes * MINUTE);
        for (const action of actions) expect(textOf(action)).to.match(/^\S[^\n]*\S$/);
      }),
      { numRuns: 30 },
    );
  });

  it('have every fault of the simulator, a new one too, and end each', () => {
    const faults = [...FAULT_TABLE, { name: 'new-fault', params: ['probability'] as const }];
    fc.assert(
      fc.property(anyPlan, (over) => {
        const actions = ofKind(actionsOf(plan({ ...over, faults })), 'fault');
        const on = new Set<string>();
        const seen = new Set<string>();
        for (const action of actions) {
          if (action.on) on.add(action.name);
          else on.delete(action.name);
          seen.add(action.name);
        }
        expect([...seen]).to.have.members(faults.map(({ name }) => name));
        expect([...on]).to.deep.equal([]);
      }),
      { numRuns: 30 },
    );
  });

  it('give a probability only to faults that have one', () => {
    const withOne = new Set<string>(
      FAULT_TABLE.flatMap(({ name, params }) => (params.includes('probability') ? [name] : [])),
    );
    for (const action of ofKind(actionsOf(plan()), 'fault')) {
      if (action.on) expect(action.probability !== undefined, action.name).to.equal(withOne.has(action.name));
    }
  });

  it('restart Node-RED in both ways, and leave it alone at the end of a long soak', () => {
    fc.assert(
      fc.property(anyPlan, (over) => {
        const restarts = ofKind(actionsOf(plan(over)), 'restart');
        expect(restarts.map(({ how }) => how)).to.include.members(['orderly', 'kill -9']);
        if (over.minutes >= 5) expect(restarts.at(-1)!.at).to.be.below(0.55 * over.minutes * MINUTE);
      }),
      { numRuns: 30 },
    );
  });

  it('end with the right password', () => {
    fc.assert(
      fc.property(anyPlan, (over) => {
        expect(ofKind(actionsOf(plan(over)), 'credentials').at(-1)!.which).to.equal('right');
      }),
      { numRuns: 30 },
    );
  });

  it('set the clock to every offset in a long soak', () => {
    const offsets = ofKind(actionsOf(plan({ minutes: 60 })), 'clock').map(({ offMs }) => offMs);
    expect(new Set(offsets)).to.deep.equal(new Set(CLOCKS));
  });

  it('leave out Redis where it is not there', () => {
    expect(ofKind(actionsOf(plan({ redis: false })), 'redis')).to.deep.equal([]);
  });
});
