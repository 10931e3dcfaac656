import { expect } from 'chai';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('feeds of one account', () => {
  let cloud: FeedCloud;

  beforeEach(async () => {
    cloud = await FeedCloud.start();
  });
  afterEach(() => cloud.stop());

  const receivers = () => cloud.simulator.bus.stats().receivers;

  it('of one installation share one receiver and its reads, and each receives everything', async () => {
    const received = [0, 0, 0];
    const feeds = received.map((_, index) => {
      const feed = cloud.open();
      feed.listen({ change: ({ source }) => (received[index]! += source === 'push' ? 1 : 0) });
      return feed;
    });
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    expect(receivers()).to.equal(1);
    expect(cloud.requests('/state')).to.equal(cloud.simulator.world.chargers.size);
    await cloud.receives();
    expect(new Set(received).size).to.equal(1);
    expect(received[0]).to.be.above(0);
    feeds[0]!.close();
    feeds[1]!.close();
    await cloud.pass(MINUTE);
    expect(receivers()).to.equal(1);
    feeds[2]!.close();
    await cloud.pass(31 * SECOND);
    expect(receivers()).to.equal(0);
  });

  it('survive a redeploy without a request, a connect or a lost event', async () => {
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    await cloud.receives();
    const requests = () => [cloud.requests('/api/') - cloud.requests('/api/constants'), cloud.connects.length];
    const before = requests();
    cloud.feed.close();
    cloud.client.close();
    cloud.simulator.world.unplug(cloud.charger.id);
    await cloud.pass(10 * SECOND);
    expect(cloud.events).to.deep.equal([]);
    cloud.client = cloud.connection();
    cloud.open();
    expect(cloud.now.state).to.equal('live');
    expect(cloud.events.map(({ event }) => event)).to.include('unplugged');
    await cloud.receives();
    expect(requests()).to.deep.equal(before);
  });

  it('share one receiver when two installations belong to one user group', async () => {
    const other = '0a1b2c3d-0000-4000-8000-0000000000aa';
    const group = cloud.site.supportGroupId;
    cloud.open({ userGroup: group });
    const second = cloud.client.feed({ installationId: other, userGroup: group });
    await cloud.live();
    await cloud.until('both', () => second.status.state === 'live');
    expect(receivers()).to.equal(1);
    const changes: unknown[] = [];
    second.listen({ change: (change) => changes.push(change) });
    await cloud.receives();
    expect(changes, 'not of that installation').to.deep.equal([]);
    second.close();
  });

  it('remember last values and open sessions over a restart', async () => {
    const memory = {
      kept: undefined as unknown,
      load: () => Promise.resolve(memory.kept),
      save: (data: unknown) => (memory.kept = JSON.parse(JSON.stringify(data))),
    };
    cloud.open({ memory });
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    await cloud.receives();
    const known = cloud.client.store.view(cloud.charger.id)?.snapshot;
    cloud.feed.close();
    cloud.client.close();
    await cloud.pass(40 * SECOND);
    expect(memory.kept).to.have.keys('account', 'savedAt', 'store', 'ledger', 'history');
    cloud.client = cloud.connection();
    expect(cloud.client.store.view(cloud.charger.id)).to.equal(undefined);
    cloud.open({ memory });
    await cloud.until('restored', () => cloud.client.store.view(cloud.charger.id) !== undefined);
    expect(cloud.client.store.view(cloud.charger.id)?.snapshot).to.deep.equal(known);
    await cloud.live();
  });

  it('go on with a memory that fails or never answers', async () => {
    const fail = () => {
      throw new Error('full');
    };
    const loads = [() => Promise.reject(new Error('broken')), () => new Promise<unknown>(() => undefined)];
    for (const load of loads) {
      cloud.open({ memory: { load, save: fail } });
      await cloud.live();
      await cloud.receives();
      cloud.feed.close();
      cloud.client.close();
      await cloud.pass(40 * SECOND);
      cloud.client = cloud.connection();
    }
  });

  it('go on with a listener that throws', async () => {
    cloud.open();
    cloud.feed.listen({
      change: () => {
        throw new Error('no');
      },
    });
    await cloud.live();
    await cloud.receives();
    await cloud.receives();
    expect(cloud.simulator.bus.stats().redelivered).to.equal(0);
  });
});
