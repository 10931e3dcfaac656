import { expect } from 'chai';
import { GovernedWorld, MINUTE } from '../../../support/governed-world';

/** ms */
const timeOf = (requests: number): number => {
  const world = new GovernedWorld();
  world.latency = 2 * MINUTE;
  const startedAt = performance.now();
  for (let i = 0; i < requests; i += 1) world.request('solar', 10);
  world.pass(5 * MINUTE);
  const took = performance.now() - startedAt;
  const answered = world.reports.flatMap(({ callers }) => callers);
  expect(new Set(answered).size).to.equal(requests);
  expect(world.last('solar')?.decision).to.equal('applied');
  return took;
};

describe('messages that wait while the cloud hangs', () => {
  it('cost a time that grows with their number alone, and each gets its answer', () => {
    timeOf(1_000);
    const few = timeOf(10_000);
    expect(timeOf(80_000)).to.be.below(8 * 4 * few + 100);
  });
});
