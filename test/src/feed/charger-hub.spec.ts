import { expect } from 'chai';
import { ChargerHub, type Fill, type HubSubscriber } from '../../../src/feed/charger-hub';
import type { LedgerEntry } from '../../../src/state/ledger';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const [MINE, OTHER] = ['a1', 'a2'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [string, string];
const SESSION = '0a1b2c3d-0000-4000-8000-00000000005e';
const USER = '0a1b2c3d-0000-4000-8000-0000000000f1';
const MINUTE = 60_000;

describe('what an account knows of its chargers', () => {
  let timers: FakeTimers;
  let hub: ChargerHub;
  let told: string[];
  beforeEach(() => {
    timers = fakeTimers();
    hub = new ChargerHub();
    hub.store.know([MINE, OTHER].map((id) => ({ id, installationId: SITE })));
    told = [];
  });
  afterEach(() => {
    hub.close();
    timers.restore();
  });

  const last = (id: string) => id.slice(-2);
  const listen = (name: string, over: Partial<HubSubscriber> = {}) =>
    hub.subscribe({
      change: ({ charger, observation }) => told.push(`${name}: ${last(charger.id)} ${observation.id}`),
      event: ({ chargerId, event }) => told.push(`${name}: ${last(chargerId)} ${event}`),
      damaged: () => told.push(`${name}: damaged`),
      ...over,
    });
  const message = (StateId: number, ValueAsString: string, ChargerId = MINE) => {
    timers.tick(1);
    hub.onMessage({ ChargerId, StateId, Timestamp: new Date().toISOString(), ValueAsString });
  };
  const raw = (stateId: number, valueAsString: string, chargerId = MINE) => ({
    chargerId,
    stateId,
    timestamp: new Date().toISOString(),
    valueAsString,
  });

  it('goes to those who ask for a charger, until they leave', () => {
    const leave = listen('all');
    listen('mine', { chargers: { ids: new Set([MINE]) } });
    message(513, '3680');
    message(513, '3680', OTHER);
    expect(told).to.deep.equal(['all: a1 513', 'mine: a1 513', 'all: a2 513']);
    leave();
    message(513, '0', OTHER);
    message(513, '0');
    expect(told.slice(3)).to.deep.equal(['mine: a1 513']);
    hub.close();
    message(513, '3680');
    expect(told).to.have.length(4);
  });

  it('tells of events at a charger to those who ask for it, and to no others', () => {
    const only = (name: string, id: string) =>
      listen(name, { chargers: { ids: new Set([id]) }, change: undefined as never });
    only('mine', MINE);
    only('other', OTHER);
    message(710, '1');
    message(710, '2');
    expect(told).to.deep.equal(['mine: a1 plugged-in']);
  });

  it('tells of an event that waits for further messages although none comes, unless it is closed', () => {
    listen('all', { change: undefined as never });
    message(718, '0');
    for (const mode of ['1', '3', '5']) message(710, mode);
    told = [];
    timers.tick(4_999);
    expect(told).to.deep.equal([]);
    timers.tick(1);
    expect(told).to.deep.equal(['all: a1 car-full']);
    for (const mode of ['3', '5']) message(710, mode);
    told = [];
    timers.tick(MINUTE);
    expect(told).to.deep.equal(['all: a1 car-full']);
    for (const mode of ['3', '5']) message(710, mode);
    hub.close();
    expect(timers.countTimers()).to.equal(0);
  });

  it('came by push or from a read', () => {
    const sources: string[] = [];
    hub.subscribe({ change: ({ source }) => sources.push(source) });
    message(513, '3680');
    timers.tick(MINUTE);
    hub.fill(MINE, [raw(513, '0')]);
    expect(sources).to.deep.equal(['push', 'rest']);
  });

  it('does not change with a message that comes once more', () => {
    listen('all');
    const once = { ChargerId: MINE, StateId: 513, Timestamp: new Date().toISOString(), ValueAsString: '3680' };
    hub.onMessage(once);
    hub.onMessage(once);
    expect(told).to.deep.equal(['all: a1 513']);
  });

  it('tells of a charger that is in no list, and of none that is in one', () => {
    const unlisted = (name: string, ids: string[]) =>
      listen(name, { chargers: { ids: new Set(ids) }, unlisted: (id) => told.push(`${name}: ${last(id)} unlisted`) });
    unlisted('empty', []);
    listen('of all, without a list');
    message(513, '3680');
    expect(told).to.deep.equal(['of all, without a list: a1 513', 'empty: a1 unlisted']);
    unlisted('mine', [MINE]);
    told = [];
    message(513, '0');
    expect(told).to.deep.equal(['of all, without a list: a1 513', 'mine: a1 513']);
  });

  it('tells of a message whose content is lost, and of none that has another one', () => {
    listen('all', { chargers: { ids: new Set([OTHER]) } });
    listen('without a word of it', { damaged: undefined as never });
    for (const body of [Buffer.from('{"ChargerId":'), Buffer.alloc(0), undefined]) hub.onMessage(body);
    expect(told).to.deep.equal(Array(3).fill('all: damaged'));
    for (const body of [{ Type: 'heartbeat' }, Buffer.from('[]')]) hub.onMessage(body);
    expect(told).to.have.length(3);
  });

  it('tells of a read, when the one before was, and of events that it shows', () => {
    const fills: Fill[] = [];
    listen('mine', { chargers: { ids: new Set([MINE]) }, filled: (fill) => fills.push(fill) });
    const first = clock.now();
    hub.fill(MINE, [raw(710, '1')]);
    timers.tick(MINUTE);
    hub.fill(MINE, [raw(710, '2')]);
    hub.fill(OTHER, [raw(710, '2', OTHER)]);
    expect(
      fills.map(({ chargerId, filledBefore, changes }) => [chargerId, filledBefore, changes.length]),
    ).to.deep.equal([
      [MINE, undefined, 1],
      [MINE, first, 1],
    ]);
    // It may be one of several changes of the same moment.
    timers.tick(MINUTE);
    expect(told).to.deep.equal(['mine: a1 710', 'mine: a1 710', 'mine: a1 plugged-in']);
  });

  it('keeps the first time of a checkpoint and the last look, a clock that was ahead put right', () => {
    const begun = clock.now();
    hub.setChecked(SITE, begun);
    timers.tick(MINUTE);
    hub.setChecked(SITE, clock.now());
    expect(hub.checkpoints.get(SITE)).to.deep.equal({ since: clock.cloud(begun), checkedAt: clock.now() });
    hub.checkpoints.set(SITE, { since: clock.cloud(clock.now() + 60 * MINUTE), checkedAt: 0 });
    hub.setChecked(SITE, clock.now());
    expect(hub.checkpoints.get(SITE)!.since).to.equal(clock.cloud(clock.now()));
  });

  it('is worth saving soon after a session, and some time after anything else', () => {
    const urgent: boolean[] = [];
    hub.onUpdate = (is) => urgent.push(is);
    message(513, '3680');
    hub.setChecked(SITE, clock.now());
    expect(urgent).to.deep.equal([false, false]);
    message(721, SESSION);
    expect(urgent.slice(2)).to.include(true);
    hub.onUpdate = undefined;
    message(513, '0');
  });

  /** Somebody who is there since so many ms ago. */
  const consume = (id: string, agoMs: number, sessions: string[]) =>
    hub.outbox.register({
      consumer: { id, since: clock.now() - agoMs },
      installationId: SITE,
      chargers: { ids: new Set([MINE]) },
      deliver: ({ kind, session }) => kind === 'session-finished' && sessions.push(`${id}: ${session.id}`),
    });
  const record = (id: string, endAgoMs: number) =>
    JSON.stringify({ SessionId: id, Energy: 1.5, EndDateTime: new Date(Date.now() - endAgoMs).toISOString() });

  it('has sessions whose records overtake each other, and those that ended before somebody came', () => {
    const sessions: string[] = [];
    consume('new', 0, sessions);
    const EARLIER = SESSION.replace(/5e$/, '5d');
    const Timestamp = new Date(Date.now() - MINUTE).toISOString();
    message(723, record(SESSION, 1_000));
    hub.onMessage({ ChargerId: MINE, StateId: 723, Timestamp, ValueAsString: record(EARLIER, 2 * MINUTE) });
    expect(sessions).to.deep.equal([`new: ${SESSION}`, `new: ${EARLIER}`]);
  });

  it('has sessions of the archive, for those who were there when they ended', () => {
    const sessions: string[] = [];
    timers.tick(60 * MINUTE);
    consume('old', 30 * MINUTE, sessions);
    consume('new', 0, sessions);
    const EndDateTime = new Date(Date.now() - 10 * MINUTE).toISOString();
    const archived = [{ id: SESSION, chargerId: MINE, energy: 1.5, endDateTime: EndDateTime }];
    hub.addArchived(archived);
    expect(sessions, 'of which nothing was known').to.deep.equal([]);
    hub.addArchived(archived, clock.cloud() - 20 * MINUTE);
    expect(sessions).to.deep.equal([`old: ${SESSION}`]);
  });

  /** What somebody who listens to the charger gets. */
  const listened = (): LedgerEntry[] => {
    const sessions: LedgerEntry[] = [];
    hub.outbox.register({
      consumer: undefined,
      installationId: SITE,
      chargers: { ids: new Set([MINE]) },
      deliver: (entry) => sessions.push(entry),
    });
    return sessions;
  };

  it('has the id of who charged where no name was read', () => {
    const sessions = listened();
    message(721, SESSION);
    message(722, USER);
    message(723, record(SESSION, 0));
    expect(sessions.at(-1)!.session).to.include({ userId: USER });
    expect(sessions.at(-1)!.session).not.to.have.property('userName');
  });

  it('names who charged where the name was read, in sessions by push and from the archive', () => {
    const sessions = listened();
    hub.userName = (id) => (id === USER ? 'Kari' : undefined);
    message(721, SESSION);
    message(722, USER);
    message(723, JSON.stringify({ SessionId: SESSION, Energy: 1.5, ReliableClock: true }));
    const finished = sessions.find(({ kind }) => kind === 'session-finished')!;
    expect(finished.session).to.include({ id: SESSION, userId: USER, userName: 'Kari' });
    hub.addArchived([{ Id: SESSION, ChargerId: MINE, Energy: 1.5, EndDateTime: new Date().toISOString() }]);
    expect(sessions.filter(({ kind }) => kind === 'session-finished')).to.have.length(1);
  });
});
