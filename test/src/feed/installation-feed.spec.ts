import { expect } from 'chai';
import { FEED_ERRORS } from '../../../src/feed/feed-error';
import type { InstallationFeed } from '../../../src/feed/installation-feed';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import {
  GARAGE,
  InstallationInMemory,
  LEFT,
  MODE,
  POWER,
  RIGHT,
  SITE,
} from '../../support/feed/installation-in-memory';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('the feed of an installation', () => {
  let timers: FakeTimers;
  let site: InstallationInMemory;
  let feed: InstallationFeed;
  beforeEach(() => {
    timers = fakeTimers();
    site = new InstallationInMemory();
    feed = site.feed();
  });
  afterEach(() => {
    feed.close();
    site.hub.close();
    timers.restore();
  });

  const never = () => new Promise<never>(() => undefined);
  const pass = (ms: number) => timers.tickAsync(ms);
  /** Up to a live stream whose chargers were read. */
  const begin = async () => {
    for (const id of [GARAGE, LEFT]) site.measure(id, MODE, '1');
    feed.start();
    await pass(SECOND);
    site.stream.goLive();
    await pass(SECOND);
    site.reads.length = 0;
    site.statuses.length = 0;
  };
  const isReady = async () => {
    let is = false;
    void feed.ready.then(() => (is = true));
    await pass(0);
    return is;
  };
  const states = () => site.statuses.map(({ state, via }) => `${state} ${via}`);
  /** A charger changes unheard, and is read when that is late. */
  const miss = async (value: string) => {
    await pass(SECOND);
    site.measure(GARAGE, MODE, value);
    await pass(2 * MINUTE);
    site.fill(GARAGE);
  };

  describe('tells how it is doing:', () => {
    it('connecting, then live since a time, each once, and closed at the end', async () => {
      expect(feed.status).to.include({ state: 'connecting', via: 'none', received: 0 });
      expect(feed.source).to.equal(undefined);
      const openedAt = clock.iso();
      feed.start();
      await pass(2 * SECOND);
      expect(feed.status.since).to.equal(openedAt);
      expect(site.statuses).to.deep.equal([]);
      const liveAt = clock.iso();
      site.stream.goLive();
      await pass(5 * MINUTE);
      expect(states()).to.deep.equal(['live push']);
      expect(feed.status).to.include({ state: 'live', since: liveAt });
      expect(feed.source).to.deep.equal({ kind: 'installation', id: SITE });
      feed.close();
      expect(states()).to.deep.equal(['live push', 'closed none']);
      expect(feed.status.state).to.equal('closed');
    });

    it('nothing after its end', async () => {
      await begin();
      feed.close();
      site.statuses.length = 0;
      site.stream.goAway();
      site.fill(GARAGE);
      site.stream.end(FEED_ERRORS.cut);
      await pass(HOUR);
      expect(site.statuses).to.deep.equal([]);
      expect(site.read).to.deep.equal([]);
      expect(site.lists).to.equal(1);
      expect(site.streams).to.have.length(1);
    });

    it('what it polls while the stream is away, until reads fail as well', async () => {
      feed.start();
      await pass(SECOND);
      site.stream.goAway();
      await pass(SECOND);
      expect(states()).to.deep.equal(['polling none', 'polling poll']);
      expect(feed.status.code).to.equal('BUS_CUT');
      site.beforeState = () => Promise.reject(new Error('made up'));
      await pass(HOUR);
      expect(states()).to.deep.equal(['polling none', 'polling poll', 'polling none']);
    });

    it('why there is no stream, and that there is one again', async () => {
      await begin();
      site.stream.end(FEED_ERRORS.refused);
      await pass(0);
      expect(feed.status).to.include({ state: 'polling', code: 'BUS_REFUSED' });
      expect(feed.source).to.equal(undefined);
      expect(site.released).to.equal(1);
      await pass(2 * SECOND);
      expect(site.streams).to.have.length(2);
      site.stream.goLive();
      expect(feed.status.state).to.equal('live');
    });
  });

  it('starts once, and not after its end', async () => {
    feed.start();
    feed.start();
    await pass(MINUTE);
    expect([site.lists, site.streams.length]).to.deep.equal([1, 1]);
    const other = new InstallationInMemory();
    const closed = other.feed();
    closed.close();
    closed.start();
    await pass(MINUTE);
    expect([other.lists, other.streams.length, other.reads.length]).to.deep.equal([0, 0, 0]);
  });

  it('takes the id of its installation in capitals as well', async () => {
    feed.close();
    site.hub.store.know([{ id: RIGHT, installationId: SITE }]);
    feed = site.feed({ installationId: SITE.toUpperCase() });
    expect(feed.backfillTarget.installationId).to.equal(SITE);
    feed.start();
    expect([...feed.ids], 'of a memory').to.deep.equal([RIGHT]);
    await pass(SECOND);
    expect([...feed.ids]).to.deep.equal([GARAGE, LEFT]);
    expect(site.paths).to.deep.equal([`/api/installation/${SITE}/messagingConnectionDetails`]);
  });

  describe('is ready', () => {
    it('as soon as the chargers of the list were read', async () => {
      let answer: () => void = () => undefined;
      site.beforeState = (id) => (id === LEFT ? new Promise((resolve) => (answer = resolve)) : Promise.resolve());
      feed.start();
      await pass(SECOND);
      expect(await isReady(), 'before the stream').to.equal(false);
      site.stream.goLive();
      await pass(SECOND);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
      expect(await isReady(), 'before the second one').to.equal(false);
      answer();
      expect(await isReady()).to.equal(true);
    });

    it('where a read fails', async () => {
      site.beforeState = () => Promise.reject(new Error('made up'));
      feed.start();
      await pass(SECOND);
      site.stream.goLive();
      expect(await isReady()).to.equal(true);
    });

    it('at once where the list fails, or has no charger', async () => {
      for (const listed of [undefined, []]) {
        const other = new InstallationInMemory();
        other.listed = listed;
        const without = other.feed();
        let is = false;
        void without.ready.then(() => (is = true));
        expect(is).to.equal(false);
        without.start();
        await pass(0);
        expect(is).to.equal(true);
        without.close();
      }
    });

    it('after a minute at the latest', async () => {
      site.beforeState = never;
      feed.start();
      await pass(SECOND);
      site.stream.goLive();
      await pass(58.9 * SECOND);
      expect(await isReady()).to.equal(false);
      await pass(0.1 * SECOND);
      expect(await isReady()).to.equal(true);
    });

    it('when the last one was read, whatever was lost after the others were', async () => {
      site.beforeState = never;
      feed.start();
      await pass(SECOND);
      site.stream.goLive();
      site.fill(GARAGE);
      await pass(SECOND);
      site.stream.goLive(clock.now());
      expect(await isReady()).to.equal(false);
      site.fill(LEFT);
      expect(await isReady()).to.equal(true);
    });

    it('after its end', async () => {
      feed.close();
      expect(await isReady()).to.equal(true);
    });

    for (const ageMs of [30 * SECOND, 70 * SECOND]) {
      it(`by ${ageMs === 70 * SECOND ? 'no ' : ''}reads of another node ${ageMs / SECOND} s ago, while the stream is away`, async () => {
        for (const id of [GARAGE, LEFT]) site.fill(id);
        await pass(ageMs);
        site.beforeState = never;
        feed.close();
        feed = site.feed();
        feed.start();
        await pass(SECOND);
        expect(await isReady(), 'it is not known whether there is a stream').to.equal(false);
        site.stream.goAway();
        await pass(SECOND);
        expect(await isReady()).to.equal(ageMs < MINUTE);
      });
    }

    it('by reads of another node since the stream is live', async () => {
      site.fill(GARAGE);
      await pass(SECOND);
      site.beforeState = never;
      feed.start();
      await pass(SECOND);
      site.stream.goLive();
      await pass(SECOND);
      site.fill(LEFT);
      expect(await isReady(), 'the other one was read before').to.equal(false);
      site.fill(GARAGE);
      expect(await isReady()).to.equal(true);
    });

    it('when the chargers of the list were read, whatever was remembered while it failed', async () => {
      site.hub.store.know([{ id: RIGHT, installationId: SITE }]);
      site.beforeState = never;
      site.listed = undefined;
      feed.start();
      await pass(SECOND);
      site.stream.goLive();
      site.listed = [GARAGE];
      await pass(15 * SECOND);
      expect([...feed.ids]).to.deep.equal([GARAGE]);
      expect(await isReady()).to.equal(false);
      site.fill(GARAGE);
      expect(await isReady()).to.equal(true);
    });
  });

  describe('covers a charger', () => {
    it('of its own which was read while the stream is live, and no other', async () => {
      for (const id of [GARAGE, LEFT]) site.fill(id);
      await pass(SECOND);
      site.listed = [GARAGE, LEFT, RIGHT];
      expect(feed.covers(GARAGE), 'not begun').to.equal(false);
      site.beforeState = (id) => (id === RIGHT ? Promise.reject(new Error('made up')) : Promise.resolve());
      feed.start();
      await pass(SECOND);
      expect(feed.covers(GARAGE), 'connecting').to.equal(false);
      site.stream.goLive();
      await pass(0);
      expect([GARAGE, LEFT, RIGHT].map((id) => feed.covers(id))).to.deep.equal([true, true, false]);
      site.fill('0a1b2c3d-0000-4000-8000-0000000000ff');
      expect(feed.covers('0a1b2c3d-0000-4000-8000-0000000000ff')).to.equal(false);
      site.stream.goAway();
      expect(feed.covers(GARAGE), 'away').to.equal(false);
      site.stream.goLive();
      expect(feed.covers(GARAGE), 'live again without a gap').to.equal(true);
      await pass(SECOND);
      site.beforeState = never;
      site.stream.goLive(clock.now());
      expect(feed.covers(GARAGE), 'live again after a gap').to.equal(false);
    });

    it('again once it was read after the content of a message was lost', async () => {
      await begin();
      await pass(20 * MINUTE);
      site.beforeState = never;
      site.hub.onMessage(Buffer.from('{"ChargerId":'));
      expect(feed.covers(GARAGE)).to.equal(false);
      site.fill(GARAGE);
      expect([feed.covers(GARAGE), feed.covers(LEFT)]).to.deep.equal([true, false]);
    });

    it('again once it was read after numbers of messages were left out', async () => {
      await begin();
      await pass(20 * MINUTE);
      expect(feed.covers(GARAGE)).to.equal(true);
      site.stream.set({ skippedAt: clock.now() });
      expect(feed.covers(GARAGE)).to.equal(false);
      await pass(2 * MINUTE);
      expect(feed.covers(GARAGE)).to.equal(true);
    });

    it('not while several machines receive and Redis is away', async () => {
      await begin();
      site.stream.set({ sharing: { role: 'alone', isSplit: true } });
      expect(feed.covers(GARAGE)).to.equal(false);
      expect(feed.backfillTarget.doubtful).to.equal(true);
      expect(site.statuses.at(-1)).to.include({ sharing: 'alone', suspicion: 'second-consumer' });
      await pass(5 * MINUTE);
      expect(site.read, 'now and then, soon').to.have.length(2);
      site.stream.set({ sharing: { role: 'receiver', isSplit: false } });
      expect(feed.covers(GARAGE)).to.equal(true);
      expect(feed.backfillTarget.doubtful).to.equal(false);
    });
  });

  describe('reads its chargers', () => {
    it('not before it knows whether there is a stream, for eight seconds', async () => {
      site.details = never;
      feed.start();
      await pass(7.9 * SECOND);
      expect(site.read).to.deep.equal([]);
      await pass(0.2 * SECOND);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
      expect(feed.status).to.include({ code: 'BUS_SLOW', via: 'poll' });
    });

    it('where a stream does not open within eight seconds either', async () => {
      feed.start();
      await pass(8 * SECOND);
      expect(site.read).to.deep.equal([]);
      site.listed = [GARAGE, LEFT, RIGHT];
      site.hub.onMessage({ ChargerId: RIGHT, StateId: MODE, Timestamp: new Date().toISOString(), ValueAsString: '1' });
      await pass(MINUTE);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
    });

    it('behind the requests of people', async () => {
      await begin();
      await feed.check(GARAGE);
      await pass(4 * HOUR);
      expect(new Set(site.reads.map(({ lane }) => lane))).to.deep.equal(new Set(['background']));
    });

    it('afresh after a gap, from the cache while the stream is away', async () => {
      await begin();
      await pass(20 * MINUTE);
      site.stream.goAway();
      await pass(20 * MINUTE);
      expect(site.reads.some(({ refresh }) => refresh)).to.equal(false);
      site.reads.length = 0;
      site.stream.goLive(clock.now());
      await pass(SECOND);
      expect(site.reads.map(({ id, refresh }) => [id, refresh])).to.deep.equal([
        [GARAGE, true],
        [LEFT, true],
      ]);
    });

    it('a minute after the stream went away, not sooner', async () => {
      await begin();
      await pass(20 * MINUTE);
      site.stream.set({ state: { kind: 'connecting', error: FEED_ERRORS.cut } });
      await pass(59 * SECOND);
      expect(site.read).to.deep.equal([]);
      await pass(2 * SECOND);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
    });

    it('a minute after each time at which the stream went away', async () => {
      await begin();
      site.stream.goAway();
      await pass(30 * SECOND);
      site.stream.goLive();
      await pass(20 * MINUTE);
      site.reads.length = 0;
      site.stream.goAway();
      await pass(59 * SECOND);
      expect(site.read).to.deep.equal([]);
      await pass(2 * SECOND);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
    });

    it('once for the messages whose content is lost within a minute, and once more for those after the read', async () => {
      await begin();
      const lose = () => site.hub.onMessage(Buffer.from('{"ChargerId":'));
      await pass(20 * MINUTE);
      lose();
      await pass(SECOND);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
      await pass(30 * SECOND);
      lose();
      lose();
      await pass(28 * SECOND);
      expect(feed.covers(GARAGE), 'not yet').to.equal(true);
      await pass(2 * SECOND);
      expect(feed.covers(GARAGE)).to.equal(false);
      await pass(11 * MINUTE);
      expect(site.read, 'by their floor').to.deep.equal([GARAGE, LEFT]);
      expect(feed.covers(GARAGE)).to.equal(true);
      await pass(20 * MINUTE);
      expect(site.read, 'no more was lost').to.deep.equal([]);
    });

    it('of a new list that an unlisted charger makes due', async () => {
      await begin();
      site.listed = [GARAGE, LEFT, RIGHT];
      site.push(RIGHT, MODE, '1');
      await pass(11 * MINUTE);
      expect(site.lists).to.equal(2);
      expect(site.read).to.deep.equal([RIGHT]);
      expect(feed.covers(RIGHT)).to.equal(true);
    });
  });

  describe('finds changes that did not come as messages:', () => {
    it('one makes it look at a charger every two minutes, until a read shows none', async () => {
      await begin();
      site.fill(GARAGE);
      expect(feed.backfillTarget.missedChangeAt).to.equal(-Infinity);
      await miss('2');
      expect(feed.backfillTarget.missedChangeAt).to.equal(clock.now());
      expect(feed.status.suspicion).to.equal(undefined);
      await pass(2 * MINUTE + 5 * SECOND);
      expect(site.read).to.deep.equal([LEFT]);
      await pass(30 * MINUTE);
      expect(site.read).to.deep.equal([]);
    });

    it('three, although messages come, make it suspect another program until three reads show none', async () => {
      await begin();
      site.beforeState = never;
      for (const value of ['2', '3']) {
        await miss(value);
        site.push(LEFT, POWER, value);
      }
      expect(feed.status.suspicion).to.equal(undefined);
      expect(feed.covers(GARAGE)).to.equal(true);
      await miss('5');
      expect(site.statuses.at(-1)).to.include({ state: 'live', suspicion: 'second-consumer' });
      expect(feed.covers(GARAGE)).to.equal(false);
      expect(feed.backfillTarget.doubtful).to.equal(true);
      expect(site.stream.asked).to.deep.equal([]);
      await pass(SECOND);
      site.stream.goLive(clock.now());
      for (const id of [GARAGE, LEFT, RIGHT]) site.fill(id);
      expect(feed.status.suspicion, 'the first read after a gap shows nothing').to.equal('second-consumer');
      for (let clean = 0; clean < 3; clean += 1) site.fill(GARAGE);
      expect(site.statuses.at(-1)!.suspicion).to.equal(undefined);
      expect(feed.backfillTarget.doubtful).to.equal(false);
    });

    it('two, between which no message came, tell that the stream is dead', async () => {
      await begin();
      site.beforeState = never;
      await miss('2');
      await miss('3');
      expect(site.stream.asked).to.deep.equal(['mark dead']);
      // It begins anew with the next stream.
      await miss('5');
      expect(site.stream.asked).to.deep.equal(['mark dead']);
      expect(feed.status.suspicion).to.equal(undefined);
    });

    it('none where the stream is away, or the read before was out of date', async () => {
      await begin();
      site.stream.goAway();
      await miss('2');
      expect(feed.backfillTarget.missedChangeAt).to.equal(-Infinity);
      await pass(SECOND);
      site.beforeState = never;
      site.measure(GARAGE, MODE, '3');
      await pass(2 * MINUTE);
      site.stream.goLive(clock.now());
      site.fill(GARAGE);
      expect(feed.backfillTarget.missedChangeAt).to.equal(-Infinity);
      await miss('1');
      expect(feed.backfillTarget.missedChangeAt).to.equal(clock.now());
    });

    it('one after numbers were left out is enough for the suspicion', async () => {
      await begin();
      await pass(20 * MINUTE);
      site.stream.set({ skippedAt: clock.now() });
      site.measure(GARAGE, MODE, '2');
      await pass(61 * SECOND);
      expect(site.read).to.deep.equal([GARAGE, LEFT]);
      expect(feed.status.suspicion).to.equal('second-consumer');
    });

    it('gaps of numbers mean nothing any more after three rounds of reads that showed nothing', async () => {
      await begin();
      for (let round = 0; round < 3; round += 1) {
        await pass(20 * MINUTE);
        site.stream.set({ skippedAt: clock.now() });
        await pass(2 * MINUTE);
        expect(site.read).to.deep.equal([GARAGE, LEFT]);
      }
      await pass(20 * MINUTE);
      site.stream.set({ skippedAt: clock.now() });
      await pass(2 * MINUTE);
      expect(site.read).to.deep.equal([]);
    });
  });

  it('goes on to read after gaps of numbers as long as no round has reached every charger', async () => {
    await begin();
    site.beforeState = (id) => (id === LEFT ? never() : Promise.resolve());
    for (let round = 0; round < 4; round += 1) {
      await pass(20 * MINUTE);
      site.reads.length = 0;
      site.stream.set({ skippedAt: clock.now() });
      await pass(2 * MINUTE);
      expect(site.read, `round ${round}`).to.include(GARAGE);
    }
  });

  describe('is asked whether a charger has changed although no message came, and', () => {
    beforeEach(begin);

    it('says so', async () => {
      site.measure(GARAGE, MODE, '2');
      await pass(2 * MINUTE);
      expect(await feed.check(GARAGE)).to.equal('changed');
      expect(site.reads[0]).to.include({ id: GARAGE, refresh: true });
    });

    it('says that it has not', async () => {
      await pass(2 * MINUTE);
      expect(await feed.check(GARAGE)).to.equal('quiet');
    });

    it('says nothing of another charger that was read at the same time', async () => {
      site.measure(LEFT, MODE, '2');
      await pass(2 * MINUTE);
      site.beforeState = async () => {
        await Promise.resolve();
        site.fill(LEFT);
      };
      expect(await feed.check(GARAGE)).to.equal('quiet');
    });

    it('has missed nothing before it began', async () => {
      const other = new InstallationInMemory();
      other.measure(GARAGE, MODE, '1');
      other.fill(GARAGE);
      await pass(SECOND);
      other.measure(GARAGE, MODE, '2');
      await pass(2 * MINUTE);
      expect(await other.feed().check(GARAGE)).to.equal('quiet');
    });

    it('does not know where the charger cannot be read', async () => {
      site.beforeState = () => Promise.reject(new Error('made up'));
      expect(await feed.check(GARAGE)).to.equal('unknown');
    });

    it('has missed nothing of before the gap, or without a stream', async () => {
      await pass(2 * MINUTE);
      site.measure(GARAGE, MODE, '2');
      await pass(2 * MINUTE);
      site.beforeState = never;
      site.stream.goLive(clock.now());
      site.beforeState = () => Promise.resolve();
      expect(await feed.check(GARAGE)).to.equal('quiet');
      await pass(2 * MINUTE);
      site.measure(GARAGE, MODE, '1');
      site.stream.end(FEED_ERRORS.cut);
      await pass(2 * MINUTE);
      expect(await feed.check(GARAGE)).to.equal('quiet');
    });
  });

  describe('says of its sessions', () => {
    it('since when no message was lost, while it is live', async () => {
      expect(feed.backfillTarget).to.deep.include({ installationId: SITE, completeSince: undefined, doubtful: false });
      await begin();
      const { gapEndedAt } = site.stream;
      expect(feed.backfillTarget).to.deep.include({ completeSince: gapEndedAt, doubtful: false });
      expect([...feed.backfillTarget.ids]).to.deep.equal([GARAGE, LEFT]);
      await pass(MINUTE);
      site.hub.onMessage(Buffer.from('{"ChargerId":'));
      expect(feed.backfillTarget.completeSince).to.equal(clock.now());
      site.stream.goAway();
      expect(feed.backfillTarget.completeSince).to.equal(undefined);
    });

    it('that they are in doubt when the stream has been away for more than a minute', async () => {
      await begin();
      site.stream.goAway();
      await pass(MINUTE);
      expect(feed.backfillTarget.doubtful).to.equal(false);
      await pass(1);
      expect(feed.backfillTarget.doubtful).to.equal(true);
      site.stream.goLive();
      expect(feed.backfillTarget.doubtful).to.equal(false);
    });
  });

  it('tries the bus again at once for whoever opens it again, at most once a minute', async () => {
    await begin();
    const retries = () => site.stream.asked.length;
    feed.retryNow();
    expect(retries()).to.equal(1);
    await pass(MINUTE - 1);
    feed.retryNow();
    expect(retries()).to.equal(1);
    await pass(1);
    feed.retryNow();
    expect(retries()).to.equal(2);
  });

  it('hands out what concerns its chargers, and their sessions when the list names them', async () => {
    const got: string[] = [];
    feed.listen({
      change: ({ charger, observation }) => got.push(`${charger.id} ${observation.id}`),
      session: ({ kind }) => got.push(kind),
      event: ({ event }) => got.push(event),
    });
    await begin();
    got.length = 0;
    site.push(LEFT, POWER, '1');
    site.push(RIGHT, POWER, '1');
    expect(got).to.deep.equal([`${LEFT} ${POWER}`]);
    site.push(RIGHT, 721, '0a1b2c3d-0000-4000-8000-00000000005e');
    expect(got).to.have.length(1);
    site.listed = [GARAGE, LEFT, RIGHT];
    await pass(9 * MINUTE + 58 * SECOND);
    expect(got.slice(1)).to.deep.equal(['session-started']);
    feed.close();
    site.push(LEFT, POWER, '2');
    expect(got).to.have.length(2);
  });
});
