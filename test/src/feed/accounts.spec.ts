import { expect } from 'chai';
import { type CurrentRequest, openClient, type ZaptecClient } from '../../../src/client';
import { clock } from '../../../src/time/clock';
import { FeedCloud } from '../../support/feed/feed-cloud';
import { BusWebSockets } from '../../support/feed/web-sockets';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

/** A memory as a context store is: it keeps JSON. */
const memoryOf = (kept?: unknown) => {
  const memory = {
    kept: kept as Record<string, unknown> | undefined,
    load: () => Promise.resolve(memory.kept),
    save: (data: unknown) => void (memory.kept = JSON.parse(JSON.stringify(data))),
  };
  return memory;
};

describe('several connections to one installation', () => {
  let cloud: FeedCloud;
  let others: ZaptecClient[];

  beforeEach(async () => {
    others = [];
    cloud = await FeedCloud.start();
  });
  afterEach(async () => {
    for (const client of others) client.close();
    await cloud.stop();
  });

  const receivers = () => cloud.simulator.bus.stats().receivers;
  const other = (client: ZaptecClient) => {
    others.push(client);
    return client;
  };
  const owner = (password?: string) => {
    const [account] = cloud.simulator.accounts;
    const { username, password: own } = account!;
    return other(openClient({ baseUrl: cloud.simulator.baseUrl, username, password: password ?? own }));
  };
  const restart = async () => {
    cloud.feed.close();
    cloud.client.close();
    for (const client of others.splice(0)) client.close();
    await cloud.pass(40 * SECOND);
    cloud.client = cloud.connection();
  };

  it('with an outdated password leave the feed and the governor to the one that works', async () => {
    cloud.open();
    await cloud.live();
    const first = cloud.feed;
    const outdated = owner('of last year');
    const refused = await cloud.clock.until(outdated.verify().catch((error: unknown) => error));
    expect(refused).to.have.property('code', 'AUTH_INVALID');
    outdated.feed({ installationId: cloud.site.id });
    cloud.simulator.revokeTokens();
    cloud.fault('bus-cut');
    await cloud.until('cut', () => first.status.state !== 'live');
    cloud.fault('bus-cut', false);
    await cloud.until('live again', () => first.status.state === 'live', 5 * MINUTE);
    const asked: CurrentRequest = {
      by: 'node',
      role: 'target',
      intervalMs: 15 * MINUTE,
      deadBandA: 1,
      lowerAtOnce: true,
      cooldownMs: MINUTE,
      foreign: 'report',
      dryRun: false,
      currents: { phase1: 10, phase2: 10, phase3: 10 },
    };
    const failure = await cloud.clock.until(
      outdated.current.request(cloud.site.id, asked).catch((error: unknown) => error),
    );
    expect(failure).to.have.property('code', 'AUTH_INVALID');
    const { decision } = await cloud.clock.until(cloud.client.current.request(cloud.site.id, asked));
    expect(decision).to.equal('applied');
  }).timeout(60_000);

  it('take the feed from an outdated password once they have logged in', async () => {
    const outdated = owner('of last year');
    outdated.feed({ installationId: cloud.site.id });
    await cloud.pass(5 * SECOND);
    cloud.open();
    await cloud.live();
    expect(receivers()).to.equal(1);
  });

  it('of two accounts share one receiver, and each account receives everything', async () => {
    const service = other(cloud.connection('service'));
    cloud.open();
    await cloud.live();
    const second = service.feed({ installationId: cloud.site.id });
    const received: [number, number] = [0, 0];
    const count = (index: 0 | 1) => ({
      change: ({ source, observation }: { source: string; observation: { id: number } }) => {
        if (source === 'push' && observation.id === 513) received[index] += 1;
      },
    });
    cloud.feed.listen(count(0));
    second.listen(count(1));
    await cloud.until('both', () => second.status.state === 'live');
    await cloud.clock.until(Promise.all([cloud.feed.ready, second.ready]));
    expect(receivers()).to.equal(1);
    for (let message = 0; message < 10; message += 1) cloud.publish();
    await cloud.until('every message', () => received[0] >= 10 && received[1] >= 10);
    expect(received).to.deep.equal([10, 10]);
    // The stream outlives the account that has opened it.
    cloud.feed.close();
    cloud.client.close();
    await cloud.pass(40 * SECOND);
    expect(receivers()).to.equal(1);
    cloud.publish();
    await cloud.until('one more', () => received[1] === 11);
    second.close();
    await cloud.pass(40 * SECOND);
    expect(receivers()).to.equal(0);
    cloud.client = cloud.connection();
  });

  it('reach the bus as the newest says, at once', async () => {
    const sockets = await BusWebSockets.start(cloud.simulator.amqpPort);
    const urls = sockets.serveAll();
    cloud.watch(sockets.port);
    try {
      cloud.open({ transport: 'amqp' });
      await cloud.live();
      cloud.feed.close();
      cloud.open({ transport: 'websocket' });
      await cloud.until('a WebSocket', () => urls.length === 1);
      await cloud.live();
      await cloud.receives();
      cloud.feed.close();
      const connects = cloud.connects.length;
      cloud.open({ transport: 'amqp' });
      await cloud.until('port 5671 again', () => cloud.connects.length > connects);
      await cloud.live();
      await cloud.receives();
      expect([urls.length, receivers()]).to.deep.equal([1, 1]);
    } finally {
      cloud.feed.close();
      await cloud.pass(40 * SECOND);
      await sockets.stop();
    }
  });

  it('that change their account take no value over from the memory of the old one', async () => {
    const memory = memoryOf();
    cloud.open({ memory });
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    await cloud.receives();
    cloud.feed.close();
    const before = memory.kept;
    expect(JSON.stringify(before)).to.contain(cloud.charger.id);
    cloud.client.close();
    await cloud.pass(40 * SECOND);
    const user = other(cloud.connection('user'));
    const feed = user.feed({ installationId: cloud.site.id, memory });
    await cloud.pass(2 * SECOND);
    expect(user.store.view(cloud.charger.id)?.snapshot.powerW).to.equal(undefined);
    feed.close();
    expect(memory.kept?.['account']).to.be.a('string').and.not.equal(before?.['account']);
    cloud.client = cloud.connection();
  });

  it('that change their account report each session once, also the ones meanwhile', async () => {
    await cloud.stop();
    cloud = await FeedCloud.start({ speed: 1 });
    const memory = memoryOf();
    const { world } = cloud.simulator;
    const consumer = { id: 'node', since: clock.now() };
    const reported: string[] = [];
    const open = async (client: ZaptecClient) => {
      const feed = client.feed({ installationId: cloud.site.id, memory });
      feed.listen({
        consumer,
        session: ({ kind, session }) => {
          if (kind === 'session-finished') reported.push(session.id);
        },
      });
      await cloud.until('live', () => feed.status.state === 'live');
      await cloud.clock.until(feed.ready);
      return feed;
    };
    const charge = async () => {
      world.unplug(cloud.charger.id);
      world.plug(cloud.charger.id, CAR);
      await cloud.pass(20 * SECOND);
      world.unplug(cloud.charger.id);
      await cloud.pass(20 * SECOND);
    };
    cloud.client.close();
    world.unplug(cloud.charger.id);
    const known = world.history.length;
    for (const role of ['owner', 'service', 'owner'] as const) {
      const client = cloud.connection(role);
      const feed = await open(client);
      await charge();
      feed.close();
      client.close();
      // While nobody is there.
      await charge();
      await cloud.pass(40 * SECOND);
    }
    cloud.client = cloud.connection();
    cloud.feed = await open(cloud.client);
    await cloud.pass(20 * MINUTE);
    const ended = world.history.slice(known).map(({ id }) => id);
    expect(ended).to.have.length(6);
    expect([...reported].sort()).to.deep.equal([...ended].sort());
  });

  it('save what the account knows in the memory of each, and read the newest', async () => {
    const [first, second] = [memoryOf(), memoryOf()];
    const both = () => {
      cloud.open({ memory: first });
      return owner().feed({ installationId: cloud.site.id, memory: second });
    };
    const feed = both();
    await cloud.live();
    await cloud.clock.until(feed.ready);
    await cloud.receives();
    // One of them is disabled, and its memory grows old.
    feed.close();
    cloud.publish(513, '1234.5');
    await cloud.until('the value', () => cloud.client.store.view(cloud.charger.id)?.snapshot.powerW === 1234.5);
    await cloud.pass(61 * SECOND);
    const kept = (memory: typeof first) => JSON.stringify(memory.kept).includes('1234.5');
    expect([first, second].map(kept)).to.deep.equal([true, false]);
    await restart();
    const order = [second, first].map((memory) => owner().feed({ installationId: cloud.site.id, memory }));
    await cloud.until(
      'the newest',
      () => cloud.client.store.view(cloud.charger.id)?.snapshot.powerW === 1234.5,
      2 * SECOND,
    );
    cloud.publish();
    await cloud.pass(2 * MINUTE);
    expect(first.kept).to.deep.equal(second.kept);
    for (const open of order) open.close();
    cloud.open();
  });
});
