import { expect } from 'chai';
import { Feeds } from '../../../src/feed/feeds';
import type { Feed, FeedOptions } from '../../../src/feed/types';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
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
    open({ installationId: HOME });
    open({ userGroup: GROUP });
    open({ lookUpGroups: true });
    open({ userGroup: '', lookUpGroups: false });
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
    feed.close();
    expect(saved).to.have.length(1);
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
