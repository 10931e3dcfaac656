import { expect } from 'chai';
import { FeedCloud } from './feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a stream on which nothing happens', () => {
  it('costs one read and a fresh connection after half an hour, without a word', async () => {
    const cloud = await FeedCloud.start({ speed: 0 });
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    const before = { states: cloud.requests('/state'), connects: cloud.connects.length, told: cloud.statuses.length };
    await cloud.pass(29 * MINUTE, 5 * SECOND);
    // A connection is opened in small steps: each of its answers takes one.
    await cloud.pass(2 * MINUTE, 200);
    expect(cloud.requests('/state') - before.states).to.equal(1);
    expect(cloud.connects.length - before.connects).to.equal(1);
    expect(cloud.statuses.length).to.equal(before.told);
    await cloud.hears();
    expect(cloud.now.state).to.equal('live');
    await cloud.stop();
  });
});
