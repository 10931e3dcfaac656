import { expect } from 'chai';
import type { Api } from '../../../src/api';
import { BackgroundTasks } from '../../../src/feed/background-tasks';
import { ChargerHub } from '../../../src/feed/charger-hub';
import type { BackfillTarget } from '../../../src/feed/session-backfill';
import { TIMING } from '../../../src/feed/timing';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

describe('the background tasks', () => {
  let cloud: FeedCloud;

  const begin = async (role: 'owner' | 'service' = 'owner') => {
    cloud = await FeedCloud.start({ speed: 1 });
    cloud.client.close();
    cloud.client = cloud.connection(role);
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
  };
  afterEach(() => cloud.stop());

  const finished = () => cloud.sessions.filter(({ kind }) => kind === 'session-finished');
  const archives = () => cloud.requests('/api/sessions/archived');

  /** A session ends, and its record never comes. */
  const lose = async () => {
    cloud.fault('bus-no-value', true, { match: '723' });
    cloud.simulator.world.unplug(cloud.charger.id);
    await cloud.pass(30 * SECOND);
    cloud.fault('bus-no-value', false);
  };

  it('read a finish that is missing from the archive, once', async () => {
    await begin();
    const sessionId = cloud.client.store.view(cloud.charger.id)?.snapshot.sessionId;
    await lose();
    await cloud.until('found', () => finished().length > 0, 10 * MINUTE);
    expect(finished().map(({ session }) => session.id)).to.deep.equal([sessionId]);
    const before = archives();
    expect(before).to.be.above(0);
    await cloud.pass(30 * MINUTE);
    expect(archives()).to.equal(before);
    expect(finished()).to.have.length(1);
  });

  it('do not try the archive again for a day where the account may not read it', async () => {
    await begin('service');
    await lose();
    await cloud.pass(30 * MINUTE);
    expect(archives()).to.equal(1);
    expect(cloud.now.state).to.equal('live');
  });

  it('read the name of a user once a day, and name the sessions that come by push', async () => {
    await begin();
    const { world } = cloud.simulator;
    const charge = async () => {
      world.plug(cloud.charger.id, CAR);
      world.authorise(cloud.charger.id);
      await cloud.pass(2 * MINUTE);
      world.unplug(cloud.charger.id);
      await cloud.pass(30 * SECOND);
    };
    world.updateInstallation(cloud.site.id, { authenticationRequired: true });
    world.unplug(cloud.charger.id);
    await cloud.pass(30 * SECOND);
    for (let n = 0; n < 3; n += 1) await charge();
    const { user } = world.history.at(-1)!;
    const reads = cloud.simulator.requests.filter(
      ({ path, query }) => path === '/api/chargehistory' && query.toLowerCase().includes(user!.id),
    );
    expect(reads).to.have.length(1);
    const last = finished().at(-1)!.session;
    expect(last).to.include({ userId: user!.id, userName: user!.name });
  });
});

describe('the background tasks of an account', () => {
  const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
  const [GARAGE, LEFT, FOREIGN] = ['a1', 'a2', 'a3'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [
    string,
    string,
    string,
  ];
  const SESSIONS = ['5e', '6e', '7e'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`);
  const [KARI, OLA] = ['f1', 'f2'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [string, string];
  const MODE = 710;
  const SESSION = 721;
  const USER = 722;
  const DAY = 24 * 60 * MINUTE;

  let timers: FakeTimers;
  let hub: ChargerHub;
  let tasks: BackgroundTasks;
  let requests: string[];
  let targets: BackfillTarget[];
  let fails: boolean;
  beforeEach(() => {
    timers = fakeTimers();
    hub = new ChargerHub();
    hub.store.know([{ id: GARAGE, installationId: SITE }, { id: LEFT }, { id: FOREIGN, installationId: SITE }]);
    requests = [];
    targets = [];
    fails = false;
    const answer = async (request: string, { lane, refresh }: { lane: string; refresh?: boolean }) => {
      await Promise.resolve();
      requests.push(`${request} ${lane}${refresh ? ' afresh' : ''}`);
      if (fails) throw new Error('made up');
    };
    const api = {
      chargers: { state: (id: string, options: { lane: string }) => answer(`state ${id.slice(-2)}`, options) },
      constants: { refresh: (options: { lane: string }) => answer('constants', options).catch(() => false) },
      sessions: {
        userName: ({ userId }: { userId: string }, options: { lane: string }) =>
          answer(`user ${userId.slice(-2)}`, options).then(() => (userId === KARI ? 'Kari' : undefined)),
        archivedPages: (_: object, options: { lane: string }) =>
          (async function* () {
            await answer('archive', options);
            yield [];
          })(),
      },
    } as unknown as Api;
    tasks = new BackgroundTasks(
      { hub, api: () => api, covers: (id) => id !== FOREIGN, targets: () => targets },
      TIMING,
    );
  });
  afterEach(() => {
    tasks.close();
    hub.close();
    timers.restore();
  });

  const pass = (ms: number) => timers.tickAsync(ms);
  const push = async (id: number, value: string | undefined, chargerId = GARAGE) => {
    await pass(1);
    hub.onMessage({ ChargerId: chargerId, StateId: id, Timestamp: new Date().toISOString(), ValueAsString: value });
  };
  const fill = (id: number, value: string, chargerId = GARAGE) =>
    hub.fill(chargerId, [{ chargerId, stateId: id, valueAsString: value, timestamp: new Date().toISOString() }]);
  /** Since the last call, without the constants. */
  const made = () => requests.splice(0).filter((request) => !request.startsWith('constants'));

  it('read who charges about 20 s after a new session, once, behind the requests of people', async () => {
    await pass(15 * SECOND);
    await push(SESSION, SESSIONS[0]);
    await pass(19.9 * SECOND);
    expect(made()).to.deep.equal([]);
    await pass(15 * SECOND);
    expect(made()).to.deep.equal(['state a1 background afresh']);
    await pass(5 * MINUTE);
    expect(made()).to.deep.equal([]);
    await push(SESSION, SESSIONS[0]);
    await pass(MINUTE);
    expect(made(), 'the same one').to.deep.equal([]);
  });

  it('read it once although that fails', async () => {
    fails = true;
    await push(SESSION, SESSIONS[0]);
    await pass(5 * MINUTE);
    expect(made()).to.deep.equal(['state a1 background afresh']);
  });

  it('do not read who charges where a message names the user, or the charger was read, or the session is over', async () => {
    await push(SESSION, SESSIONS[0]);
    await push(USER, 'nobody known', GARAGE);
    await push(SESSION, SESSIONS[1], LEFT);
    fill(MODE, '3', LEFT);
    await pass(MINUTE);
    expect(made().filter((request) => request.startsWith('state'))).to.deep.equal([]);
    await push(SESSION, SESSIONS[2]);
    await push(SESSION, undefined);
    await pass(MINUTE);
    expect(made()).to.deep.equal([]);
  });

  it('read it although a message of something else came meanwhile', async () => {
    await push(SESSION, SESSIONS[0]);
    await push(MODE, '3');
    await pass(MINUTE);
    expect(made()).to.deep.equal(['state a1 background afresh']);
  });

  it('do not read who charges of a session that a read has shown, or at a charger without a feed', async () => {
    fill(SESSION, SESSIONS[0]!);
    await push(SESSION, SESSIONS[1], FOREIGN);
    await push(USER, KARI, FOREIGN);
    await pass(MINUTE);
    expect(made()).to.deep.equal([]);
  });

  it('read the name of a user whom a message or a read names, where the installation is known', async () => {
    expect(hub.userName!(KARI)).to.equal(undefined);
    await push(USER, KARI);
    await pass(0);
    expect(made()).to.deep.equal(['user f1 background']);
    expect(hub.userName!(KARI)).to.equal('Kari');
    await pass(20 * SECOND);
    fill(USER, OLA);
    await pass(0);
    expect(made()).to.deep.equal(['user f2 background']);
    await push(USER, SESSIONS[0], LEFT);
    await push(USER, undefined);
    await push(MODE, '3');
    await pass(MINUTE);
    expect(made()).to.deep.equal([]);
  });

  it('read the name of a user whose session was open before a restart', async () => {
    const before = new ChargerHub();
    before.store.know([{ id: GARAGE, installationId: SITE }]);
    for (const [StateId, ValueAsString] of [
      [SESSION, SESSIONS[0]],
      [USER, KARI],
    ]) {
      before.onMessage({ ChargerId: GARAGE, StateId, Timestamp: new Date().toISOString(), ValueAsString });
    }
    hub.ledger.restore(JSON.parse(JSON.stringify(before.ledger.dump())));
    await pass(15 * SECOND);
    expect(made()).to.deep.equal(['user f1 background']);
    before.close();
  });

  it('read the constants once a day, behind the requests of people', async () => {
    await pass(15 * SECOND - 1);
    expect(requests).to.deep.equal([]);
    await pass(1);
    expect(requests).to.deep.equal(['constants background']);
    await pass(DAY - 1);
    expect(requests).to.have.length(1);
    await pass(1);
    expect(requests).to.have.length(2);
  });

  it('read the sessions of an installation that may have been missed', async () => {
    targets = [
      {
        installationId: SITE,
        ids: new Set([GARAGE]),
        completeSince: undefined,
        missedChangeAt: -Infinity,
        doubtful: true,
      },
    ];
    await pass(61 * MINUTE);
    expect(made()).to.deep.equal([]);
    await pass(2 * MINUTE);
    expect(made()).to.deep.equal(['archive background']);
  });

  it('end with the account', async () => {
    await push(SESSION, SESSIONS[0]);
    tasks.close();
    await push(USER, KARI);
    await pass(2 * DAY);
    expect(requests).to.deep.equal([]);
    expect(timers.countTimers()).to.equal(0);
  });
});
