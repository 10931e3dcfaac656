import { expect } from 'chai';
import { check } from '../../bench/days/checker';
import { runDay } from '../../bench/days/day-runner';
import { FuseScenario, LONGEST_S } from '../../bench/days/fuse';
import { useNodeRed } from '../support/node-red/harness';

const SECONDS = 2 * 3_600;
const GRACE_MS = 30_000;

describe('the example fuse-guard in two hours with load steps, 429s and a dead meter', () => {
  useNodeRed();

  it('keeps every phase below the fuse, and every rule about the current', async () => {
    const scenario = new FuseScenario(SECONDS, 1);
    const record = await runDay(['fuse-guard'], SECONDS, 2, scenario.script);
    const { broken, raises, lowerings } = check({ ...record, graceMs: GRACE_MS });
    expect(broken).to.deep.equal([]);
    expect(record.audit.filter((text) => /too early/.test(text))).to.deep.equal([]);
    const { longest, overloads } = scenario.monitor;
    expect(longest.live, 's above the fuse').to.be.at.most(LONGEST_S.live);
    expect(longest.dead, 's above the fuse with a dead meter').to.be.at.most(LONGEST_S.dead);
    // The scenario must have overloaded the fuse.
    expect(overloads.live + overloads.dead).to.be.above(2);
    expect(Math.min(raises, lowerings)).to.be.above(1);
  }).timeout(120_000);
});
