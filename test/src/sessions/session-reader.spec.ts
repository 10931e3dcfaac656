import { expect } from 'chai';
import type { SessionRecord } from '../../../src/client';
import { failureOf } from '../../support/failure';
import { SessionCloud, sessionsOf } from '../../support/session-cloud';

const ARCHIVE = '/api/sessions/archived';
const HISTORY = '/api/chargehistory';
const DAY = 86_400_000;

const whOf = (sessions: readonly SessionRecord[]): number =>
  sessions
    .filter(({ voided, replacedBy }) => voided !== true && replacedBy === undefined)
    .reduce((sum, { energyKwh = 0 }) => sum + Math.round(energyKwh * 1000), 0);

describe('the records of finished sessions', () => {
  let cloud: SessionCloud;
  beforeEach(async () => (cloud = await SessionCloud.start()));
  afterEach(() => cloud.stop());

  const truth = () => cloud.simulator.world.archive;
  const wholeWh = () => Object.values(truth().sums({ by: 'month' })).reduce((sum, { wh }) => sum + wh, 0);

  it('are those of the archive, with one request for each hundred', async () => {
    const pages = await cloud.read(cloud.client());
    const sessions = sessionsOf(pages);
    expect(sessions.map(({ id }) => id)).to.have.members(truth().all.map(({ id }) => id));
    expect(whOf(sessions)).to.equal(wholeWh());
    expect(pages.every(({ source, unusable }) => source === 'archive' && unusable === 0)).to.equal(true);
    const asked = Math.ceil(truth().all.length / 100);
    expect(asked).to.be.above(5);
    expect(cloud.requests(ARCHIVE)).to.have.length(asked);
    expect(cloud.requests(HISTORY)).to.deep.equal([]);
    expect(pages.at(-1)).to.include({ requests: asked, total: sessions.length, progress: 1, last: true });
    expect(pages.filter(({ last }) => last)).to.have.length(1);
    const progress = pages.map((page) => page.progress);
    expect(progress).to.deep.equal([...progress].sort((a, b) => a - b));
    expect(progress[Math.floor(progress.length / 2)]).to.be.within(0.2, 0.8);
    const ends = sessions.map(({ end = '' }) => end);
    expect(ends).to.deep.equal([...ends].sort());
  });

  it('have the names of the installation and the charger where those are known', async () => {
    const client = cloud.client();
    const [first] = sessionsOf(await cloud.read(client));
    expect(first).to.include({ installationId: cloud.places[0]!.installationId });
    await cloud.clock.until(client.installations.list());
    await cloud.clock.until(client.chargers.list());
    for (const session of sessionsOf(await cloud.read(client))) {
      expect(session).to.include({ installationName: 'Home', source: 'archive' });
      expect(session.chargerName).to.be.oneOf(['Garage', 'Carport']);
      expect(session.deviceId).to.match(/^(ZAP|GPN)/);
    }
  });

  it('are those of a charger, a user and a time', async () => {
    const client = cloud.client();
    const [chargerId = ''] = cloud.simulator.world.chargers.keys();
    const from = new Date(cloud.simulator.world.now - 200 * DAY);
    const to = new Date(cloud.simulator.world.now - 100 * DAY);
    const within = truth().all.filter(({ endedAt }) => endedAt >= from.getTime() && endedAt < to.getTime());
    const ofCharger = within.filter((session) => session.chargerId === chargerId);
    const read = async (query: object) => sessionsOf(await cloud.read(client, query)).map(({ id }) => id);
    expect(await read({ from, to })).to.have.members(within.map(({ id }) => id));
    expect(await read({ of: { chargerId }, from, to })).to.have.members(ofCharger.map(({ id }) => id));
    const userId = within.find(({ user }) => user)!.user!.id;
    const ofUser = within.filter(({ user }) => user?.id === userId).map(({ id }) => id);
    expect(await read({ from, to, userId: userId.toUpperCase() })).to.have.members(ofUser);
    const last = truth().all.at(-1)!;
    const inclusive = { from: new Date(last.endedAt), to: new Date(last.endedAt + 1) };
    expect(await read(inclusive)).to.deep.equal([last.id]);
    expect(await read({ from: new Date(last.endedAt - 1), to: new Date(last.endedAt) })).to.deep.equal([]);
  });

  it('come from the old history where the account may not read the archive, and say so', async () => {
    const client = cloud.client('service');
    const pages = await cloud.read(client);
    const sessions = sessionsOf(pages);
    expect(pages.every(({ source }) => source === 'history')).to.equal(true);
    expect(sessions.every(({ source }) => source === 'history')).to.equal(true);
    expect(sessions.map(({ id }) => id)).to.have.members(truth().all.map(({ id }) => id));
    expect(whOf(sessions)).to.equal(wholeWh());
    const asked = Math.ceil(truth().all.length / 100);
    expect(cloud.requests(HISTORY)).to.have.length(asked);
    expect(cloud.requests(ARCHIVE)).to.have.length(1);
    expect(pages.at(-1)).to.include({ requests: asked + 1, progress: 1, last: true });
    await cloud.read(client);
    expect(cloud.requests(ARCHIVE), 'not asked for again').to.have.length(1);
    await cloud.clock.advance(DAY + 1000);
    await cloud.read(client);
    expect(cloud.requests(ARCHIVE), 'but a day later').to.have.length(2);
  });

  it('are the same from both lists', async () => {
    const byId = (sessions: SessionRecord[]) =>
      [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1)).map((session) => ({ ...session, source: undefined }));
    const owner = byId(sessionsOf(await cloud.read(cloud.client('owner'))));
    expect(byId(sessionsOf(await cloud.read(cloud.client('service'))))).to.deep.equal(owner);
  });

  it('end when they say so in the old history as well, however late the cloud knew of it', async () => {
    const client = cloud.client('service');
    const late = truth().all.find(({ endedAt, recognisedAt }) => recognisedAt - endedAt > 5 * DAY)!;
    const from = new Date(late.endedAt - 1000);
    const to = new Date(late.endedAt + 1000);
    const [session] = sessionsOf(await cloud.read(client, { from, to }));
    expect(session).to.include({ id: late.id, offline: true, end: new Date(late.endedAt).toISOString() });
  });

  it('are those of the account itself for a mere user', async () => {
    const sessions = sessionsOf(await cloud.read(cloud.client('user')));
    expect(new Set(sessions.map(({ userName }) => userName))).to.deep.equal(new Set(['Uma Member']));
    const own = truth().all.filter(({ user }) => user?.email === 'user@simulator.example');
    expect(sessions.map(({ id }) => id)).to.have.members(own.map(({ id }) => id));
  });

  it('are a clear error where neither list may be read', async () => {
    cloud.simulator.faults.set('archive-403', { on: true });
    cloud.simulator.faults.set('history-removed', { on: true });
    const error = await failureOf(cloud.read(cloud.client()));
    expect(error).to.include({ code: 'HTTP_403' });
    expect(error.message).to.match(
      /neither the archive of sessions nor the old charge history.*owner role.*2027-01-01/,
    );
  });

  it('are an error where the old history announces sessions and sends none', async () => {
    cloud.simulator.faults.set('data-null', { on: true });
    const error = await failureOf(cloud.read(cloud.client('service')));
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.contain('null in the field Data');
  });

  it('are not requested before they are asked for, and no more after the end', async () => {
    const client = cloud.client();
    const pages = client.sessionRecords.pages({ of: cloud.places, ...cloud.whole });
    await cloud.clock.until(pages.next());
    await cloud.clock.advance(60_000);
    expect(cloud.requests(ARCHIVE)).to.have.length(1);
    await cloud.clock.until(pages.next());
    await pages.return();
    await cloud.clock.advance(60_000);
    expect(cloud.requests(ARCHIVE)).to.have.length(2);
  });

  it('end with the signal of the caller', async () => {
    const stop = new AbortController();
    const reading = cloud.read(cloud.client(), {}, { signal: stop.signal }, ({ requests }) => {
      if (requests === 3) stop.abort();
    });
    expect((await failureOf(reading)).code).to.equal('ABORTED');
    expect(cloud.requests(ARCHIVE)).to.have.length(3);
  });

  it('need a place and a time that makes sense', async () => {
    const code = async (query: object) => failureOf(cloud.read(cloud.client(), query));
    expect(await code({ of: { installationId: 'Home' } })).to.include({ code: 'ID_INVALID' });
    expect(await code({ from: 'yesterday' })).to.include({ code: 'INPUT_INVALID' });
    const swapped = await code({ from: cloud.whole.to, to: cloud.whole.from });
    expect(swapped.code).to.equal('INPUT_INVALID');
    expect(swapped.message).to.match(/from 2026-.* is not before to 2024-/);
    expect(cloud.requests(ARCHIVE)).to.deep.equal([]);
  });

  it('are read no more often than Zaptec allows', async () => {
    const client = cloud.client();
    const to = cloud.simulator.world.now;
    const read = (at: number) => cloud.read(client, { from: new Date(at - DAY), to: new Date(at) });
    for (let time = 0; time < 10; time += 1) await read(to - time);
    const error = await failureOf(read(to - 10));
    expect(error.code).to.equal('TOO_SOON');
    expect(cloud.simulator.audit.report().every(({ ok }) => ok)).to.equal(true);
  });
});
