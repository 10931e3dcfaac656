import { expect } from 'chai';
import type { FeedListener, FeedOptions } from '../../../src/client';
import type { LedgerEntry } from '../../../src/state/ledger';
import { clock } from '../../../src/time/clock';
import { FeedCloud } from '../../support/feed/feed-cloud';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

describe('the sessions that have ended', () => {
  let cloud: FeedCloud;
  beforeEach(async () => {
    cloud = await FeedCloud.start({ speed: 1 });
  });
  afterEach(() => cloud.stop());

  const begin = async (options: Partial<FeedOptions> = {}) => {
    cloud.open(options);
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
  };
  /** A session of a charger begins and ends. @returns its id */
  const end = async (chargerId = cloud.charger.id) => {
    const { world } = cloud.simulator;
    world.unplug(chargerId);
    await cloud.pass(10_000);
    world.plug(chargerId, CAR);
    await cloud.pass(20_000);
    world.unplug(chargerId);
    await cloud.pass(10_000);
    return world.history.at(-1)!.id;
  };
  const listener = (id?: string, since = clock.now()) => {
    const got: string[] = [];
    const session = ({ kind, session: one }: LedgerEntry) => {
      if (kind === 'session-finished') got.push(one.id);
    };
    const asks: FeedListener = id === undefined ? { session } : { session, consumer: { id, since } };
    return { got, asks };
  };

  it('wait for a node that is away while another one listens, and are told once to each', async () => {
    await begin();
    const [first, second] = [listener('first'), listener('second')];
    const leave = cloud.feed.listen(first.asks);
    cloud.feed.listen(second.asks);
    leave();
    const id = await end();
    expect(first.got).to.deep.equal([]);
    expect(second.got).to.include(id);
    const again = listener('first');
    cloud.feed.listen(again.asks);
    expect(again.got).to.deep.equal(second.got);
  });

  it('wait while only a node for observations listens', async () => {
    cloud.feed = cloud.client.feed({ installationId: cloud.site.id });
    cloud.feed.listen({ change: () => undefined });
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    const startedAt = clock.now();
    const id = await end();
    const late = listener('late', startedAt);
    cloud.feed.listen(late.asks);
    expect(late.got).to.include(id);
  });

  it('wait while the list of chargers answers 503 at the start', async () => {
    cloud.fault('server-503', true, { match: '/api/chargers', probability: 1 });
    cloud.feed = cloud.client.feed({ installationId: cloud.site.id });
    const node = listener('node');
    cloud.feed.listen(node.asks);
    await cloud.live();
    const id = await end();
    expect(node.got).to.deep.equal([]);
    cloud.fault('server-503', false);
    await cloud.until('told', () => node.got.length > 0, 20 * MINUTE);
    expect(node.got).to.include(id);
  });

  it('that ended before its first deploy do not reach a new node', async () => {
    await begin();
    await end();
    await cloud.pass(MINUTE);
    const node = listener('new');
    cloud.feed.listen(node.asks);
    expect(node.got).to.deep.equal([]);
    const id = await end();
    expect(node.got).to.include(id);
  });

  it('are kept for seven days, also over a restart', async () => {
    const memory = {
      kept: undefined as unknown,
      load: () => Promise.resolve(memory.kept),
      save: (data: unknown) => (memory.kept = JSON.parse(JSON.stringify(data))),
    };
    await begin({ memory });
    const before = listener('node');
    cloud.feed.listen(before.asks)();
    const id = await end();
    cloud.feed.close();
    cloud.client.close();
    await cloud.pass(MINUTE);
    cloud.client = cloud.connection();
    await begin({ memory });
    const node = listener('node');
    cloud.feed.listen(node.asks);
    expect(node.got).to.include(id);
    const twice = listener('node');
    cloud.feed.listen(twice.asks);
    expect(twice.got).to.deep.equal([]);
    const stranger = listener('stranger');
    cloud.feed.listen(stranger.asks);
    expect(stranger.got).to.deep.equal([]);
  });

  it('of a charger that is not in the list yet wait for the list, and the list is read again in time', async () => {
    await begin();
    const node = listener('node');
    cloud.feed.listen(node.asks);
    const lists = () => cloud.simulator.requests.filter(({ path }) => path === '/api/chargers').length;
    const before = lists();
    const added = cloud.simulator.world.addCharger(cloud.site.id, { name: 'New' });
    const id = await end(added.id);
    expect(node.got).not.to.include(id);
    await cloud.until('told', () => node.got.includes(id), 15 * MINUTE);
    expect(lists() - before).to.equal(1);
    await cloud.pass(3 * HOUR);
    expect(lists() - before).to.equal(1);
  });
});
