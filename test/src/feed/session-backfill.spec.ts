import { expect } from 'chai';
import type { Api } from '../../../src/api';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { ChargerHub } from '../../../src/feed/charger-hub';
import { SessionBackfill, type BackfillTarget } from '../../../src/feed/session-backfill';
import { TIMING, type FeedTiming } from '../../../src/feed/timing';
import type { LedgerEntry } from '../../../src/state/ledger';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

describe('sessions of which every message was lost', () => {
  let cloud: FeedCloud;
  /** As a context store of Node-RED keeps it. */
  let kept: string | undefined;
  const memory = {
    load: () => Promise.resolve(kept === undefined ? undefined : (JSON.parse(kept) as unknown)),
    save: (data: unknown) => (kept = JSON.stringify(data)),
  };

  const begin = async (timing: Partial<FeedTiming> = {}) => {
    kept = undefined;
    cloud = await FeedCloud.start({ speed: 1 });
    cloud.open({ memory }, timing);
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    cloud.simulator.world.unplug(cloud.charger.id);
    await cloud.pass(20 * MINUTE);
  };
  afterEach(() => cloud.stop());

  /** Ids in the order of the reports; the other chargers at home have sessions as well. */
  const reported = (...ids: readonly string[]): string[] =>
    cloud.sessions.flatMap(({ kind, session: { id } }) =>
      kind === 'session-finished' && ids.includes(id) ? [id] : [],
    );
  const archives = () => cloud.requests('/api/sessions/archived');
  /** @returns the ids of sessions that began and ended. */
  const charge = async (times: number): Promise<string[]> => {
    const { world } = cloud.simulator;
    const before = world.history.length;
    for (let n = 0; n < times; n += 1) {
      world.plug(cloud.charger.id, CAR);
      await cloud.pass(20 * SECOND);
      world.unplug(cloud.charger.id);
      await cloud.pass(20 * SECOND);
    }
    return world.history.slice(before).map(({ id }) => id);
  };

  it('while the subscription was removed are reported once it is back, in order and once', async () => {
    await begin();
    cloud.fault('bus-removed');
    cloud.fault('bus-details-5xx');
    await cloud.until('away', () => cloud.now.state !== 'live');
    const lost = await charge(3);
    cloud.simulator.faults.clear();
    await cloud.live(10 * MINUTE);
    const before = archives();
    await cloud.until('reported', () => reported(...lost).length === 3, 20 * MINUTE);
    // A read has reported the last one before.
    expect(reported(...lost).slice(1)).to.deep.equal(lost.slice(0, 2));
    expect(archives() - before).to.equal(1);
    await cloud.pass(40 * MINUTE);
    expect(reported(...lost)).to.have.length(3);
    expect(archives() - before, 'the archive is not read again').to.equal(1);
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('whose values were lost without a trace are reported by the daily read of the archive', async () => {
    await begin({ backfillCalmMs: 40 * MINUTE });
    cloud.fault('bus-no-value');
    const lost = await charge(2);
    cloud.fault('bus-no-value', false);
    const [last = ''] = await charge(1);
    await cloud.pass(5 * MINUTE);
    expect(reported(last, ...lost)).to.deep.equal([last]);
    const before = archives();
    await cloud.until('reported', () => reported(...lost).length === 2, 50 * MINUTE);
    expect(reported(last, ...lost)).to.deep.equal([last, ...lost]);
    expect(archives() - before).to.equal(1);
  });

  it('because it went to a second consumer are reported within minutes where the numbers of later messages show it', async () => {
    await begin();
    await charge(1);
    cloud.fault('bus-thief', true, { probability: 1 });
    const lost = await charge(2);
    cloud.fault('bus-thief', false);
    const [last = ''] = await charge(1);
    const before = archives();
    await cloud.until('reported', () => reported(...lost).length === 2, 5 * MINUTE);
    expect(reported(last, ...lost)).to.deep.equal([last, ...lost]);
    expect(archives() - before).to.equal(1);
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('to a second consumer that reads reveal are reported soon, as long as it is suspected', async () => {
    await begin({ auditMs: 10 * MINUTE });
    const { world } = cloud.simulator;
    const known = world.history.length;
    cloud.fault('bus-thief');
    for (let minute = 0; minute < 90 && !cloud.now.suspicion; minute += 1) {
      if (minute % 2) world.unplug(cloud.charger.id);
      else world.plug(cloud.charger.id, CAR);
      await cloud.pass(MINUTE);
    }
    expect(cloud.now.suspicion).to.equal('second-consumer');
    const lost = [...world.history.slice(known).map(({ id }) => id), ...(await charge(3))];
    await cloud.pass(20 * MINUTE);
    expect(reported(...lost).sort()).to.deep.equal([...lost].sort());
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('while Node-RED was down for an hour are reported after the restart', async () => {
    await begin();
    cloud.feed.close();
    cloud.client.close();
    await cloud.pass(MINUTE);
    const lost = await charge(2);
    await cloud.pass(HOUR);
    cloud.client = cloud.connection();
    cloud.open({ memory });
    await cloud.live();
    await cloud.until('reported', () => reported(...lost).length === 2, 20 * MINUTE);
    await cloud.pass(30 * MINUTE);
    expect(reported(...lost)).to.have.length(2);
  });

  for (const behindMs of [0, 50 * MINUTE]) {
    it(`before the first feed are history, where the wall clock was ${behindMs} ms behind at the start`, async () => {
      await begin();
      cloud.feed.close();
      cloud.client.close();
      await cloud.pass(MINUTE);
      const lost = await charge(2);
      // So long messages wait.
      await cloud.pass(5 * MINUTE);
      kept = undefined;
      cloud.clock.setWallClock(-behindMs);
      clock.restart();
      cloud.client = cloud.connection();
      cloud.open({ memory }, { backfillCalmMs: 20 * MINUTE });
      await cloud.live();
      await cloud.pass(MINUTE);
      cloud.clock.setWallClock(behindMs);
      const before = archives();
      await cloud.pass(35 * MINUTE);
      expect(reported(...lost)).to.deep.equal([]);
      if (behindMs === 0) expect(archives() - before).to.equal(1);
      else expect(archives()).to.be.above(before);
    });
  }
});

describe('the archive of sessions', () => {
  const [SITE, HOME] = ['01', '02'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [string, string];
  const [GARAGE, LEFT, FOREIGN] = ['a1', 'a2', 'a3'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [
    string,
    string,
    string,
  ];
  const sessionId = (n: number) => `0a1b2c3d-0000-4000-8000-0000000005${String(n).padStart(2, '0')}`;
  const SESSION = 721;
  const DAY = 24 * HOUR;

  interface Query {
    /** The last two digits. */
    of: string;
    /** ms of now, negative in the past */
    from: number;
    to: number;
    lane: string;
  }

  let timers: FakeTimers;
  let hub: ChargerHub;
  let backfill: SessionBackfill;
  let target: BackfillTarget;
  let targets: BackfillTarget[];
  let queries: Query[];
  /** What the archive answers, page by page. */
  let pages: () => unknown[][];
  let delivered: string[];
  beforeEach(() => {
    timers = fakeTimers();
    hub = new ChargerHub();
    hub.store.know([GARAGE, LEFT, FOREIGN].map((id) => ({ id, installationId: SITE })));
    target = { installationId: SITE, ids: new Set([GARAGE, LEFT]), completeSince: clock.now(), ...CALM };
    targets = [target];
    queries = [];
    pages = () => [];
    delivered = [];
    hub.outbox.register({
      consumer: undefined,
      installationId: SITE,
      chargers: { ids: new Set([GARAGE, LEFT, FOREIGN]) },
      deliver: ({ kind, session: { id } }: LedgerEntry) => {
        if (kind === 'session-finished') delivered.push(id);
      },
    });
    const archivedPages = async function* (
      { from, to, ...of }: { from: Date; to: Date; installationId?: string; chargerId?: string },
      { lane }: { lane: string },
    ) {
      await Promise.resolve();
      const id = (of.installationId ?? of.chargerId)!;
      queries.push({ of: id.slice(-2), from: from.getTime() - Date.now(), to: to.getTime() - Date.now(), lane });
      yield* pages();
    };
    const api = { sessions: { archivedPages } } as unknown as Api;
    backfill = new SessionBackfill(
      { hub, api: () => api, targets: () => targets },
      TIMING,
      new AbortController().signal,
    );
  });
  afterEach(() => {
    hub.close();
    timers.restore();
  });

  const CALM = { missedChangeAt: -Infinity, doubtful: false };
  const set = (changed: Partial<BackfillTarget>) => {
    target = { ...target, ...changed };
    targets = [target];
  };
  /** Messages were lost a day ago, and the archive was not read since. */
  const beDue = () => {
    const completeSince = clock.now() - DAY;
    hub.checkpoints.set(SITE, { since: clock.cloud(), checkedAt: completeSince });
    set({ completeSince });
  };
  const run = async () => {
    backfill.run();
    await timers.tickAsync(0);
  };
  /** As the background tasks do: every 15 s unless the time is long. */
  const pass = async (ms: number, stepMs = 15 * SECOND) => {
    for (const until = clock.now() + ms; clock.now() < until;) {
      await timers.tickAsync(Math.min(stepMs, until - clock.now()));
      await run();
    }
  };
  /** Since the last call. */
  const read = () => queries.splice(0).map(({ of }) => of);
  const message = (StateId: number, ValueAsString: string | undefined, ChargerId = GARAGE) => {
    timers.tick(1);
    hub.onMessage({ ChargerId, StateId, Timestamp: new Date().toISOString(), ValueAsString });
  };
  /** A session whose end comes, but no record of it. */
  const lose = (n: number, chargerId = GARAGE) => {
    message(SESSION, sessionId(n), chargerId);
    message(SESSION, undefined, chargerId);
  };
  const archived = (n: number, ChargerId = GARAGE) => {
    const EndDateTime = new Date().toISOString();
    return {
      id: sessionId(n),
      chargerId: ChargerId,
      energy: 1.5,
      endDateTime: EndDateTime,
      startDateTime: EndDateTime,
    };
  };

  it('is not read at the start, and once a day while all seems well', async () => {
    await run();
    await pass(DAY + 2 * MINUTE - 15 * SECOND, 10 * MINUTE);
    expect(read()).to.deep.equal([]);
    await pass(15 * SECOND);
    expect(queries).to.deep.equal([{ of: '01', from: -(DAY + 6 * HOUR), to: HOUR, lane: 'background' }]);
    expect(hub.checkpoints.get(SITE)!.checkedAt).to.equal(clock.now());
    await pass(DAY - 15 * SECOND, 10 * MINUTE);
    expect(read()).to.have.length(1);
    await pass(15 * SECOND);
    expect(queries).to.deep.equal([{ of: '01', from: -(DAY + 6 * HOUR), to: HOUR, lane: 'background' }]);
  });

  it('is read every hour while another program seems to take messages, or the stream is away for long', async () => {
    await run();
    set({ doubtful: true, completeSince: undefined });
    await pass(3 * HOUR + 3 * MINUTE, MINUTE);
    expect(read()).to.deep.equal(['01', '01', '01']);
  });

  for (const [what, change] of [
    ['gap', () => ({ completeSince: clock.now() })],
    ['read that showed a missed change', () => ({ missedChangeAt: clock.now() })],
  ] as const) {
    it(`is read two minutes after a ${what}, once`, async () => {
      await run();
      await pass(HOUR);
      set(change());
      await pass(2 * MINUTE - 15 * SECOND);
      expect(read()).to.deep.equal([]);
      await pass(15 * SECOND);
      expect(read()).to.deep.equal(['01']);
      await pass(20 * HOUR, 10 * MINUTE);
      expect(read()).to.deep.equal([]);
    });
  }

  it('is read 15 minutes after the last time at the soonest, whatever gaps there are', async () => {
    await run();
    for (let gap = 0; gap < 12; gap += 1) {
      set({ completeSince: clock.now() });
      await pass(5 * MINUTE);
    }
    expect(read()).to.have.length(3);
  });

  it('is not read after a gap as long as the stream is away', async () => {
    await run();
    await pass(HOUR);
    set({ completeSince: undefined, missedChangeAt: clock.now() });
    await pass(HOUR);
    expect(read()).to.deep.equal([]);
  });

  it('brings the sessions that ended since the first feed, of the chargers of the feed, page after page', async () => {
    await run();
    const before = { ...archived(1), endDateTime: new Date(Date.now() - HOUR).toISOString() };
    await pass(HOUR);
    set({ completeSince: clock.now() });
    pages = () => [[before, archived(2), archived(3, FOREIGN), { id: sessionId(4) }], [archived(5, LEFT)]];
    await pass(3 * MINUTE);
    expect(delivered).to.deep.equal([sessionId(2), sessionId(5)]);
  });

  it('counts from when the feed was complete, where that was before', async () => {
    timers.tick(HOUR);
    const completeSince = clock.now() - 30 * MINUTE;
    set({ completeSince });
    await run();
    expect(hub.checkpoints.get(SITE)!.since).to.equal(clock.cloud(completeSince));
  });

  it('is read of 14 days at most', async () => {
    hub.checkpoints.set(SITE, { since: 0, checkedAt: clock.now() - 20 * DAY });
    await pass(2 * MINUTE);
    expect(queries[0]!.from).to.equal(-14 * DAY);
  });

  it('is read again after ten minutes, then twice as late each time, while that fails', async () => {
    beDue();
    const begun = clock.now();
    const at: number[] = [];
    pages = () => {
      at.push((clock.now() - begun) / MINUTE);
      throw new Error('made up');
    };
    await run();
    await pass(80 * MINUTE, MINUTE);
    expect(at).to.have.length(4);
    expect(at[1]).to.be.within(10, 11);
    expect(at[2]! - at[1]!).to.be.within(20, 21);
    expect(at[3]! - at[2]!).to.be.within(40, 41);
    expect(hub.checkpoints.get(SITE)!.checkedAt).to.equal(begun - DAY);
    pages = () => [];
    await pass(81 * MINUTE, MINUTE);
    expect(hub.checkpoints.get(SITE)!.checkedAt).to.be.above(begun);
    at.length = 0;
    read();
    set({ completeSince: clock.now() });
    await pass(16 * MINUTE);
    expect(read(), 'at its own pace again').to.deep.equal(['01']);
  });

  it('is not read for a day where the account may not, neither of the installation nor of a charger', async () => {
    beDue();
    pages = () => {
      throw zaptecError('HTTP_403', 'no', { status: 403 });
    };
    await run();
    lose(1);
    await pass(DAY - MINUTE, 10 * MINUTE);
    expect(read()).to.deep.equal(['01']);
    await pass(2 * MINUTE);
    expect(read().length).to.be.above(0);
  });

  it('is not read for a day where the account may not read it of a charger', async () => {
    await run();
    lose(1);
    pages = () => {
      throw zaptecError('HTTP_403', 'no', { status: 403 });
    };
    await pass(3 * MINUTE);
    expect(read()).to.deep.equal(['a1']);
    lose(2, LEFT);
    await pass(DAY - 5 * MINUTE, 10 * MINUTE);
    expect(read()).to.deep.equal([]);
  });

  it('is tried again soon after another refusal', async () => {
    beDue();
    pages = () => {
      throw zaptecError('HTTP_500', 'no', { status: 500 });
    };
    await run();
    await pass(11 * MINUTE);
    expect(read()).to.deep.equal(['01', '01']);
  });

  it('is read of one charger where the record of its session does not come, ever less often until it is found', async () => {
    await run();
    lose(1);
    lose(2);
    await pass(3 * MINUTE);
    expect(queries).to.have.length(1);
    expect(queries[0]).to.include({ of: 'a1', lane: 'background' });
    expect(queries[0]!.from).to.be.within(-HOUR - 3 * MINUTE, -HOUR - 2 * MINUTE);
    await pass(35 * MINUTE);
    expect(read()).to.deep.equal(['a1', 'a1', 'a1']);
    pages = () => [[archived(1), archived(2)]];
    await pass(45 * MINUTE);
    expect(read()).to.deep.equal(['a1']);
    expect(delivered).to.deep.equal([sessionId(1), sessionId(2)]);
    await pass(6 * HOUR, 10 * MINUTE);
    expect(read()).to.deep.equal([]);
    pages = () => [];
    lose(3);
    await pass(3 * MINUTE);
    expect(read(), 'a new one need not wait').to.deep.equal(['a1']);
  });

  it('is read of a charger from an hour before the end of its first session that is missing', async () => {
    await run();
    lose(1, LEFT);
    await pass(MINUTE);
    lose(2);
    await pass(MINUTE);
    lose(3);
    await pass(MINUTE + 15 * SECOND);
    expect(queries.map(({ of }) => of)).to.deep.equal(['a2', 'a1']);
    expect(queries[1]!.from - queries[0]!.from).to.be.within(0, 15 * SECOND);
    await pass(10 * MINUTE);
    const [, , , again] = queries;
    expect(again!.of).to.equal('a1');
    expect(again!.from).to.be.within(-HOUR - 13 * MINUTE, -HOUR - 12 * MINUTE);
  });

  it('is not read of a charger of no feed, nor of one where a read of all is near', async () => {
    await run();
    lose(1, FOREIGN);
    await pass(20 * MINUTE);
    expect(read()).to.deep.equal([]);
    lose(2);
    await pass(MINUTE);
    set({ completeSince: clock.now() });
    await pass(3 * MINUTE);
    expect(read()).to.deep.equal(['01', 'a1']);
  });

  it('is forgotten of an installation whose feeds have ended', async () => {
    beDue();
    pages = () => {
      throw new Error('made up');
    };
    await run();
    targets = [];
    await run();
    targets = [target];
    await run();
    expect(read(), 'it does not wait').to.deep.equal(['01', '01']);
  });

  it('is read of each installation for itself', async () => {
    await run();
    await pass(HOUR);
    const home = { installationId: HOME, ids: new Set<string>(), completeSince: clock.now(), ...CALM };
    targets = [{ ...target, completeSince: clock.now() }, home];
    await pass(20 * MINUTE);
    expect(read()).to.deep.equal(['01']);
  });
});
