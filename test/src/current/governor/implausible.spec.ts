import { expect } from 'chai';
import type { RequestRole } from '../../../../src/current/types';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('a value that cannot be meant', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
    world.request('solar', 8);
  });

  for (const [role, ampere] of [
    ['target', 7_400],
    ['target', 1_795_819_519_038],
    ['target', 10 * MAX + 1],
    ['limit', 1_001],
  ] as [RequestRole, number][]) {
    it(`is refused, and sets nothing: a ${role} of ${ampere} A`, () => {
      world.request('wrong', ampere, { role });
      const { decision, error } = world.last('wrong') ?? {};
      expect(decision).to.equal('refused');
      expect((error as Error).message).to.include(`${ampere} A per phase (W meant?)`);
      world.pass(20 * MINUTE);
      expect(world.sent).to.have.length(1);
    });
  }

  it('is not taken for a target that is merely generous, nor for the limit of a big supply', () => {
    world.request('solar', 10 * MAX);
    world.request('fuse', 1_000, { role: 'limit' });
    expect(world.decisions('solar')).not.to.include('refused');
    expect(world.decisions('fuse')).not.to.include('refused');
  });

  it('does not feed the dead man', () => {
    const deadMan = { afterMs: 10 * MINUTE, safeA: 6 };
    world.request('fuse', 20, { role: 'limit', deadMan });
    world.pass(8 * MINUTE);
    world.request('fuse', 7_400, { role: 'limit', deadMan });
    world.pass(8 * MINUTE);
    expect(world.decisions('fuse')).to.include('dead-man');
  });
});
