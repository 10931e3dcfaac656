import { expect } from 'chai';
import { check } from '../../bench/days/checker';
import { BOUND, FuseStory } from '../../bench/days/fuse';
import { live } from '../../bench/days/rig';
import { useNodeRed } from '../support/node-red/harness';

const SECONDS = 2 * 3_600;
const GRACE_MS = 30_000;

describe('the example that guards the fuse, for two hours with load steps, 429s and a meter that dies', () => {
  useNodeRed();

  it('lets no phase stay above the fuse, and keeps every rule about current', async () => {
    const story = new FuseStory(SECONDS, 1);
    const lived = await live(['fuse-guard'], SECONDS, 2, story.script);
    const { broken, raises, lowerings } = check({ ...lived, graceMs: GRACE_MS });
    expect(broken).to.deep.equal([]);
    expect(lived.audit.filter((text) => /too early/.test(text))).to.deep.equal([]);
    const { longest, overloads } = story.watch;
    expect(longest.live, 's above the fuse').to.be.at.most(BOUND.live);
    expect(longest.dead, 's above the fuse with a dead meter').to.be.at.most(BOUND.dead);
    // Otherwise nothing would have been tried.
    expect(overloads).to.be.above(2);
    expect(Math.min(raises, lowerings)).to.be.above(1);
  }).timeout(120_000);
});
