import { expect } from 'chai';
import { ANNOUNCED_MS, LEAVES_MS } from '../../../src/cluster/shared-current';
import { CurrentShare } from '../../../src/current/current-share';
import { everyPhase } from '../../../src/current/currents';
import type { OwnLimit, SharedNews, WriteRecord } from '../../../src/current/governor/events';
import { clock } from '../../../src/time/clock';
import { CurrentStore } from '../../support/current-store';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { MINUTE } from '../../support/governed-world';

const LASTING = { currents: everyPhase(8), base: everyPhase(10) };
const FUSE: OwnLimit = {
  ...{ by: 'fuse', name: 'Fuse', currents: everyPhase(16), lastInputAt: 0 },
  ...{ deadMan: undefined, deadManFired: false },
};

describe('what machines share about a current', () => {
  let timers: FakeTimers;
  let store: CurrentStore;
  let shares: CurrentShare[];
  beforeEach(() => {
    timers = fakeTimers();
    store = new CurrentStore();
    shares = [];
  });
  afterEach(() => {
    for (const share of shares) share.close();
    timers.restore();
  });

  const start = (machine: string) => {
    const share = new CurrentShare(store.connect(machine), 'site');
    shares.push(share);
    const news: SharedNews[] = [];
    share.listen((one) => news.push(one));
    return { share, news };
  };
  /** A machine with a node, which hears of all that changes. */
  const active = async (machine: string, limits: readonly OwnLimit[] = []) => {
    const started = start(machine);
    started.share.publish({ limits, isActive: true });
    await timers.tickAsync(0);
    return started;
  };
  /** The first question only shows what there is. */
  const granted = async (share: CurrentShare) => {
    for (let tries = 0; tries < 2; tries += 1) {
      const grant = await share.announce(false, LASTING);
      if (grant.kind === 'granted') return grant;
    }
    throw new Error('It was not granted');
  };
  const record = (sentAt: number, id?: string): WriteRecord => ({
    ...{ ...LASTING, sentAt, doneAt: sentAt, early: [] },
    ...(id === undefined ? {} : { id }),
  });

  it('is each other’s limits, each with the time of its last value', async () => {
    const lastInputAt = clock.steady() - 5_000;
    const { share } = await active('a', [{ ...FUSE, lastInputAt }]);
    const { news } = await active('b');
    const limits = [{ currents: everyPhase(16), lastInputAt, deadManFired: false }];
    expect(news.at(-1)).to.deep.equal({ limits, record: undefined, busyUntil: -Infinity });
    share.publish({ limits: [], isActive: true });
    await timers.tickAsync(1_000);
    expect(news.at(-1)?.limits).to.deep.equal([]);
  });

  it('is who may write now: one at a time, and nobody before it has seen what there is', async () => {
    const [{ share: one }, { share: other, news }] = [start('a'), await active('b')];
    expect(await one.announce(true, LASTING)).to.deep.equal({ kind: 'blocked', until: clock.steady() });
    const grant = await granted(one);
    const until = clock.steady() + ANNOUNCED_MS;
    await timers.tickAsync(0);
    await other.announce(false, LASTING);
    expect(await other.announce(false, LASTING)).to.deep.equal({ kind: 'blocked', until });
    expect(news.at(-1)).to.deep.include({ busyUntil: until, record: undefined });
    one.finish(grant.id, record(clock.steady()));
    await timers.tickAsync(1_000);
    expect(news.at(-1)).to.deep.include({
      busyUntil: -Infinity,
      record: record(clock.steady() - 1_000, grant.id),
    });
    expect((await granted(other)).id).to.not.equal(grant.id);
  });

  it('is nothing of a write that was never sent, except that others may write again', async () => {
    const [{ share: one }, { share: other, news }] = [start('a'), await active('b')];
    one.finish((await granted(one)).id, undefined);
    await timers.tickAsync(1_000);
    expect(news.at(-1)).to.deep.include({ busyUntil: -Infinity, record: undefined });
    expect((await granted(other)).kind).to.equal('granted');
  });

  it('is what was to be written by a machine that fell silent, as if it had left at the last moment', async () => {
    const [{ share: one }, { share: other, news }] = [start('a'), await active('b')];
    const { id } = await granted(one);
    const sentAt = clock.steady() + LEAVES_MS;
    one.close();
    await timers.tickAsync(ANNOUNCED_MS);
    await other.announce(false, LASTING);
    expect(news.at(-1)?.record).to.deep.equal({ ...LASTING, sentAt, doneAt: -Infinity, early: [], id });
  });

  it('is a right to write that ends where the store is away meanwhile', async () => {
    const grant = await granted(start('a').share);
    expect(grant.isValid()).to.equal(true);
    store.isAway = true;
    await timers.tickAsync(LEAVES_MS);
    expect(grant.isValid()).to.equal(false);
  });

  it('is the last write that a machine knows of where the store does not', async () => {
    const { share } = start('a');
    const before = record(clock.steady() - 7_000);
    share.know(before);
    share.publish({ limits: [], isActive: true });
    await timers.tickAsync(0);
    const { news } = await active('b');
    const { id, ...known } = news.at(-1)?.record ?? {};
    expect(id).to.be.a('string');
    expect(known).to.deep.equal(before);
    share.know(record(clock.steady(), 'later'));
    await timers.tickAsync(2_000);
    expect(news.at(-1)?.record?.id).to.equal('later');
  });

  describe('without the store', () => {
    beforeEach(() => (store.isAway = true));

    it('lets a machine lower at once, and raise when any write of another is old enough', async () => {
      const openedAt = clock.steady();
      const { share } = start('a');
      const lowering = await share.announce(false, LASTING);
      expect(lowering.kind === 'granted' && lowering.isValid()).to.equal(true);
      timers.tick(15 * MINUTE - 1);
      const until = openedAt + 15 * MINUTE;
      expect(await share.announce(true, LASTING)).to.deep.equal({ kind: 'blocked', until });
      timers.tick(1);
      const raise = await share.announce(true, LASTING);
      expect(raise.kind === 'granted' && raise.isValid() && raise.id !== '').to.equal(true);
    });

    it('lets one raise at once that has seen it before', async () => {
      store.isAway = false;
      const { share } = await active('a');
      store.isAway = true;
      expect((await share.announce(true, LASTING)).kind).to.equal('granted');
    });

    it('knows of no machine how long it has been silent, and removes nothing', async () => {
      store.isAway = false;
      await active('a', [FUSE]);
      const { share } = await active('b');
      store.isAway = true;
      const [limit] = await share.limits();
      expect(limit).to.include({ machine: 'a', by: 'fuse', silentMs: undefined });
      expect(await share.remove('a', 'fuse')).to.equal(false);
    });
  });

  describe('about a reading', () => {
    it('is at once that nobody writes', async () => {
      expect(await start('a').share.settled(new AbortController().signal)).to.equal(false);
    });

    it('is that somebody wrote, when the write has ended', async () => {
      const [{ share: one }, { share: other }] = [start('a'), start('b')];
      const grant = await granted(one);
      const settled = { answer: undefined as boolean | undefined };
      const waiting = other.settled(new AbortController().signal).then((busy) => (settled.answer = busy));
      await timers.tickAsync(2_000);
      expect(settled.answer).to.equal(undefined);
      one.finish(grant.id, undefined);
      await timers.tickAsync(500);
      expect(settled.answer).to.equal(true);
      await waiting;
    });

    it('waits no longer than its governor', async () => {
      await granted(start('a').share);
      const closing = new AbortController();
      const waiting = start('b').share.settled(closing.signal);
      await timers.tickAsync(600);
      closing.abort();
      await timers.tickAsync(0);
      expect(await waiting).to.equal(true);
    });
  });

  it('is which machine has a limit, and how long that has been silent', async () => {
    const { share: gone } = await active('a', [FUSE]);
    gone.close();
    timers.tick(7_000);
    const { share } = await active('b');
    const [limit] = await share.limits();
    expect(limit).to.deep.include({ machine: 'a', by: 'fuse', silentMs: 7_000 });
    expect([share.isThisMachine('a'), share.isThisMachine('b')]).to.deep.equal([false, true]);
    expect(await share.remove('a', 'fuse')).to.equal(true);
    expect(await share.limits()).to.deep.equal([]);
  });

  it('is a limit no longer that a later process of its machine withdraws', async () => {
    const { share: before } = await active('a', [FUSE]);
    before.close();
    const { news } = await active('b');
    expect(news.at(-1)?.limits).to.have.length(1);
    start('a').share.withdraw('fuse');
    await timers.tickAsync(1_000);
    expect(news.at(-1)?.limits).to.deep.equal([]);
  });

  it('is no news any more for one that is closed', async () => {
    const { share: one } = await active('a');
    const { share: other, news } = await active('b');
    const { length } = news;
    other.close();
    one.publish({ limits: [FUSE], isActive: true });
    await timers.tickAsync(5_000);
    expect(news).to.have.length(length);
  });
});
