import { expect } from 'chai';
import { Feeds } from '../../../src/feed/feeds';
import type { Feed, FeedOptions } from '../../../src/feed/types';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { FeedCloud } from '../../support/feed/feed-cloud';
import { GARAGE, InstallationInMemory, LEFT, MODE, POWER, SITE } from '../../support/feed/installation-in-memory';

const HOME = '0a1b2c3d-0000-4000-8000-000000000002';
const GROUP = '0a1b2c3d-0000-4000-8000-0000000000b1';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('the feeds of an account without a bus', () => {
  let timers: FakeTimers;
  let site: InstallationInMemory;
  let feeds: Feeds;
  let opened: number;
  let closed: number;
  beforeEach(() => {
    timers = fakeTimers();
    site = new InstallationInMemory();
    site.details = () => Promise.reject(new Error('made up'));
    [opened, closed] = [0, 0];
    feeds = new Feeds({
      id: 'account',
      baseUrl: 'https://cloud.test',
      openApi: () => {
        opened += 1;
        return Object.assign(site.api, { close: () => (closed += 1) });
      },
    });
    // What is read goes to the account, whoever reads it.
    Object.defineProperty(site, 'hub', { value: feeds.hub });
  });
  afterEach(() => {
    feeds.close();
    timers.restore();
  });

  const pass = (ms: number) => timers.tickAsync(ms);
  const open = (options: Partial<FeedOptions> = {}, lingerMs = 30 * SECOND): Feed =>
    feeds.open({ installationId: SITE, ...options }, { timing: { lingerMs } });
  const ids = () => feeds.statuses.map(({ installationId }) => installationId);
  /** How often the connection details were loaded since the last call. */
  const tries = () => site.paths.splice(0).length;

  it('share one for an installation, its list and its reads', async () => {
    const [first, second] = [open(), open({ installationId: SITE.toUpperCase() })];
    await pass(SECOND / 2);
    expect(ids()).to.deep.equal([SITE]);
    expect([opened, site.lists, tries()]).to.deep.equal([1, 1, 1]);
    expect(site.read).to.deep.equal([GARAGE, LEFT]);
    expect(second.status).to.deep.equal(first.status);
    expect(feeds.statuses[0]).to.deep.equal({ installationId: SITE, status: first.status, source: undefined });
    expect(first.store).to.equal(feeds.hub.store);
    expect([first.covers(GARAGE), feeds.liveView(GARAGE, {})]).to.deep.equal([false, undefined]);
  });

  it('are apart for two installations, two user groups, and where groups may be looked up', () => {
    open();
    open({ userGroup: '', lookUpGroups: false });
    expect(ids(), 'as it is without').to.deep.equal([SITE]);
    open({ installationId: HOME });
    open({ userGroup: GROUP });
    open({ userGroup: GROUP.toUpperCase() });
    open({ lookUpGroups: true });
    expect(ids()).to.deep.equal([SITE, HOME, SITE, SITE]);
  });

  it('end a moment after their last user, unless somebody comes back', async () => {
    const [first, second] = [open(), open()];
    await pass(SECOND);
    first.close();
    first.close();
    await pass(MINUTE);
    expect(ids(), 'the second one is still there').to.deep.equal([SITE]);
    second.close();
    await pass(29 * SECOND);
    const third = open();
    await pass(MINUTE);
    expect(ids()).to.deep.equal([SITE]);
    third.close();
    await pass(30 * SECOND);
    expect(ids()).to.deep.equal([]);
    expect(third.status.state).to.equal('closed');
    site.reads.length = 0;
    await pass(2 * HOUR);
    expect(site.reads).to.deep.equal([]);
  });

  it('try the bus at once for somebody who comes back after everybody has left, and for nobody else', async () => {
    const first = open();
    await pass(3 * MINUTE);
    tries();
    const second = open();
    await pass(0);
    expect(tries(), 'others are there').to.equal(0);
    first.close();
    second.close();
    open();
    await pass(0);
    expect(tries()).to.equal(1);
  });

  it('tell listeners until they leave, or close their feed', async () => {
    const got: string[] = [];
    const first = open();
    const second = open();
    await pass(SECOND);
    const leave = first.listen({ change: () => got.push('left') });
    first.listen({ change: () => got.push('first') });
    second.listen({ change: () => got.push('second') });
    leave();
    const message = (ValueAsString: string) =>
      feeds.hub.onMessage({ ChargerId: GARAGE, StateId: POWER, Timestamp: new Date().toISOString(), ValueAsString });
    message('1');
    expect(got).to.deep.equal(['first', 'second']);
    first.close();
    await pass(1);
    message('2');
    expect(got).to.deep.equal(['first', 'second', 'second']);
  });

  it('begin when their memory was read, and save it when they end', async () => {
    let loaded: (data: unknown) => void = () => undefined;
    const saved: unknown[] = [];
    const memory = {
      load: () => new Promise((resolve) => (loaded = resolve)),
      save: (data: unknown) => saved.push(data),
    };
    const feed = open({ memory });
    await pass(SECOND);
    expect(site.lists).to.equal(0);
    loaded(undefined);
    let isReady = false;
    void feed.ready.then(() => (isReady = true));
    await pass(0);
    expect([site.lists, isReady]).to.deep.equal([1, true]);
    const other = open({ memory });
    feed.close();
    feed.close();
    expect(saved, 'the other one still has it').to.have.length(0);
    other.close();
    expect(saved).to.have.length(1);
  });

  it('report a session at once to a consumer that is told once in all, where there is no Redis', async () => {
    const got: string[] = [];
    const consumer = { id: 'node', since: Date.now(), once: true };
    open().listen({ consumer, session: ({ kind }) => got.push(kind) });
    await pass(SECOND);
    const SessionId = '0a1b2c3d-0000-4000-8000-00000000005e';
    const ValueAsString = JSON.stringify({ SessionId, Energy: 1.5, EndDateTime: new Date().toISOString() });
    feeds.hub.onMessage({ ChargerId: GARAGE, StateId: 723, Timestamp: new Date().toISOString(), ValueAsString });
    expect(got).to.deep.equal(['session-finished']);
  });

  it('read what messages leave out, once for all of them', async () => {
    let constants = 0;
    const archives: unknown[] = [];
    Object.assign(site.api.constants, { refresh: () => Promise.resolve((constants += 1)) });
    Object.assign(site.api.sessions, {
      archivedPages: async function* (query: { installationId: string }) {
        archives.push(query.installationId);
        yield [];
      },
    });
    open();
    await pass(SECOND);
    site.listed = [];
    open({ installationId: HOME });
    await pass(20 * SECOND);
    expect(constants).to.equal(1);
    site.reads.length = 0;
    site.measure(GARAGE, 721, '0a1b2c3d-0000-4000-8000-00000000005e');
    feeds.hub.onMessage({
      ChargerId: GARAGE,
      StateId: 721,
      Timestamp: new Date().toISOString(),
      ValueAsString: '0a1b2c3d-0000-4000-8000-00000000005e',
    });
    await pass(40 * SECOND);
    expect(
      site.reads.filter(({ refresh }) => refresh).map(({ id }) => id),
      'who charges',
    ).to.deep.equal([GARAGE]);
    await pass(70 * MINUTE);
    expect(archives, 'the stream is away for long').to.deep.equal([SITE, HOME]);
  });

  it('end with the account, and its API with them', async () => {
    const feed = open();
    await pass(SECOND);
    feeds.close();
    expect([feed.status.state, closed]).to.deep.equal(['closed', 1]);
    expect(ids()).to.deep.equal([]);
    site.reads.length = 0;
    site.measure(GARAGE, MODE, '3');
    feed.close();
    await pass(2 * HOUR);
    expect([site.reads.length, site.lists]).to.deep.equal([0, 1]);
    expect(timers.countTimers(), 'but for the one of `ready`').to.be.at.most(1);
  });

  it('open no API where there was none', () => {
    feeds.close();
    expect([opened, closed]).to.deep.equal([0, 0]);
  });
});

describe('feeds of one account', () => {
  let cloud: FeedCloud;

  beforeEach(async () => {
    cloud = await FeedCloud.start();
  });
  afterEach(() => cloud.stop());

  const receivers = () => cloud.simulator.bus.stats().receivers;

  it('of one installation share one receiver and its reads, and each receives everything', async () => {
    const received = [0, 0, 0];
    const open = received.map((_, index) => {
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
    const [foreign] = [...cloud.simulator.world.chargers.keys()].map((id) => id.replace(/^.{8}/, 'ffffffff'));
    expect(cloud.client.liveState(foreign!)).to.equal(undefined);
    const live = () => cloud.client.liveState(cloud.charger.id.toUpperCase())?.view;
    expect(live()).to.include({ stale: false });
    cloud.publish(-2, '0');
    await cloud.until('offline', () => live()?.snapshot.online === false);
    expect(live()).to.include({ stale: true });
    const reads = cloud.requests('/state');
    await cloud.pass(31 * MINUTE);
    expect(cloud.requests('/state') - reads, 'one charger stands for an idle stream').to.equal(1);
    open[0]!.close();
    open[1]!.close();
    await cloud.pass(MINUTE);
    expect(receivers()).to.equal(1);
    open[2]!.close();
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
    expect(cloud.client.liveState(cloud.charger.id), 'of one of the two').not.to.equal(undefined);
    second.close();
    await cloud.pass(31 * SECOND);
    expect(receivers(), 'the first one is still there').to.equal(1);
    expect(cloud.now.state).to.equal('live');
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
