import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import type { RequestRole } from '../../../../src/current/types';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

describe('a negative value', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  for (const role of ['limit', 'target'] as RequestRole[]) {
    it(`of a ${role} means 0, which is reported`, () => {
      world.request('house', 7, { role });
      world.pass(2 * MINUTE);
      world.request('house', -4, { role });
      world.pass(1_000);
      expect(world.cloud).to.deep.equal(everyPhase(0));
      expect(world.decisions('house')).to.deep.equal(['applied', 'capped', 'lowered-early']);
      expect(world.reports[1]).to.deep.include({
        requested: everyPhase(-4),
        reason: 'Negative: -4 A counts as 0 A',
        callers: [],
      });
      world.request('house', -5, { role });
      expect(world.decisions('house')).to.deep.equal(['applied', 'capped', 'lowered-early', 'unchanged']);
    });
  }

  it('of one phase means 0 on that phase', () => {
    world.request('house', { phase1: 10, phase2: -1, phase3: 10 }, { role: 'limit' });
    world.pass(1_000);
    expect(world.cloud).to.deep.equal({ phase1: 10, phase2: 0, phase3: 10 });
    expect(world.decisions('house')).to.deep.equal(['capped', 'applied']);
  });

  it('is valid input for the dead man', () => {
    const deadMan = { afterMs: 10 * MINUTE, safeA: 6 };
    world.request('house', 10, { role: 'limit', deadMan });
    world.pass(8 * MINUTE);
    world.request('house', -1, { role: 'limit', deadMan });
    world.pass(8 * MINUTE);
    expect(world.decisions('house')).not.to.include('dead-man');
  });
});
