import { expect } from 'chai';
import type { ReportQuery } from '../../../src/client';
import { failureOf } from '../../support/failure';
import { GARAGE, HOME, NOBODY, ScriptedCloud } from '../../support/scripted-cloud';
import { SessionCloud } from '../../support/session-cloud';

const MINUTE = 60_000;
const PATH = '/api/chargehistory/installationreport';
const MONTH = { from: '2026-03-01T00:00:00+01:00', to: '2026-04-01T00:00:00+02:00' };

describe('the report of an installation', () => {
  let cloud: SessionCloud;
  beforeEach(async () => (cloud = await SessionCloud.start()));
  afterEach(() => cloud.stop());

  const query = (more: Partial<ReportQuery> = {}): ReportQuery => ({ ...cloud.places[0]!, ...MONTH, ...more });
  const read = (more: object = {}) => cloud.clock.until(cloud.client().sessions.report(query(more)));

  it('has the sums by charger for times with their zone', async () => {
    const { data } = await read({ by: 'charger' });
    expect(data).to.deep.include({
      ...cloud.places[0],
      installationName: 'Home',
      city: 'Oslo',
      timeZone: '(UTC+01:00) Central European Time (Oslo)',
      from: '2026-02-28T23:00:00.000Z',
      to: '2026-03-31T22:00:00.000Z',
    });
    const [from, to] = [Date.parse(MONTH.from), Date.parse(MONTH.to)];
    const truth = cloud.simulator.world.archive.sums({ by: 'charger', from, to, all: true });
    for (const { id, name } of cloud.simulator.world.chargers.values()) {
      const row = data.rows.find((candidate) => candidate.name === name)!;
      expect(row.sessions, name).to.equal(truth[id]!.sessions);
      expect(Math.round(row.energyKwh * 1000), name).to.equal(truth[id]!.wh);
      expect(row.durationMinutes).to.be.above(60);
    }
    const [sent] = cloud.simulator.requests.filter(({ path }) => path === PATH);
    expect(sent).to.deep.include({ method: 'POST' });
    expect(sent!.body).to.deep.include({
      fromDate: '2026-02-28T23:00:00.000',
      endDate: '2026-03-31T22:00:00.000',
      groupBy: 1,
    });
  });

  it('names the users, and none for sessions of nobody', async () => {
    const { rows } = (await read()).data;
    const ada = rows.find(({ userName }) => userName === 'Ada Berg')!;
    expect(ada).to.include({ name: 'Ada Berg', userEmail: 'ada.berg@example.org' });
    expect(rows.find(({ name }) => name === undefined)).to.have.all.keys('sessions', 'energyKwh', 'durationMinutes');
    const only = (await read({ userIds: [ada.userId!] })).data.rows;
    expect(only).to.deep.equal([ada]);
  });

  it('is read once a minute for the same question', async () => {
    const client = cloud.client();
    const ask = () => cloud.clock.until(client.sessions.report(query()));
    await ask();
    expect((await ask()).meta.source).to.equal('cache');
    expect(cloud.requests(PATH)).to.have.length(1);
  });

  const refused: [string, object, string, RegExp][] = [
    [
      'a time without a zone',
      { from: '2026-03-01T00:00:00' },
      'INPUT_INVALID',
      /from "2026-03-01T00:00:00".*Add the zone/,
    ],
    ['no time', { to: 'laterZ' }, 'INPUT_INVALID', /to "laterZ" is not possible/],
    ['a Date that is none', { to: new Date(NaN) }, 'INPUT_INVALID', /to "Invalid Date"/],
    ['a day before its month', { from: '01-03-2026' }, 'INPUT_INVALID', /from "01-03-2026".*2026-05-01T00:00:00/],
    ['a month before its day', { to: '3/1/2026 00:00Z' }, 'INPUT_INVALID', /to "3\/1\/2026.*2026-05-01T00:00:00/],
    ['sums by something else', { by: 'moon' }, 'INPUT_INVALID', /by "moon".*user, charger, card/],
    ['a charger that is no id', { chargerIds: ['Garage'] }, 'ID_INVALID', /Garage/],
  ];
  for (const [what, more, code, message] of refused) {
    it(`is refused for ${what}`, async () => {
      const error = await failureOf(read(more));
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message);
      expect(cloud.requests(PATH)).to.deep.equal([]);
    });
  }

  for (const [given, utc] of [
    ['2026-03-01T00:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01t01:00:00z', '2026-03-01T01:00:00.000Z'],
    [' 2026-03-01T00:00:00+0100 ', '2026-02-28T23:00:00.000Z'],
    ['2026-03-01T00:00-05:30', '2026-03-01T05:30:00.000Z'],
    [new Date(Date.UTC(2026, 2, 1)), '2026-03-01T00:00:00.000Z'],
  ] as const) {
    it(`takes ${String(given)} for what it is`, async () => {
      expect((await read({ from: given })).data.from).to.equal(utc);
    });
  }

  it('needs an owner', async () => {
    const client = cloud.client('service');
    const error = await failureOf(cloud.clock.until(client.sessions.report(query())));
    expect(error.code).to.equal('HTTP_403');
  });
});

describe('the report of an installation, in each form of an answer', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  const read = (more: Partial<ReportQuery> = {}) =>
    cloud.clock.until(cloud.client.sessions.report({ installationId: HOME, ...MONTH, ...more }));
  const sent = () => JSON.parse(cloud.server.seen.at(-1)!.body) as Record<string, unknown>;

  it('has what the cloud says of the place, and nothing where it says nothing', async () => {
    cloud.routes[PATH] = {
      ...{ InstallationName: 'Home', InstallationAddress: 'Street 1', InstallationZipCode: '0150' },
      ...{ InstallationCity: 'Oslo', InstallationTimeZone: 'Oslo', TotalUserChargerReportModel: [] },
    };
    const times = { from: '2026-02-28T23:00:00.000Z', to: '2026-03-31T22:00:00.000Z' };
    const place = { installationName: 'Home', address: 'Street 1', zipCode: '0150', city: 'Oslo', timeZone: 'Oslo' };
    expect((await read()).data).to.deep.equal({ installationId: HOME, ...place, ...times, rows: [] });
    cloud.routes[PATH] = { InstallationName: ' ', InstallationCity: 7, TotalUserChargerReportModel: null };
    await cloud.clock.advance(MINUTE);
    expect((await read()).data).to.deep.equal({ installationId: HOME, ...times, rows: [] });
  });

  it('has the sums in minutes to two digits, also where the cloud sends texts', async () => {
    const sums = {
      TotalChargeSessionCount: '3',
      TotalChargeSessionEnergy: '12.5',
      TotalChargeSessionDuration: '1.2345',
    };
    const UserDetails = { Id: GARAGE, FullName: 'Ada', Email: ' ' };
    cloud.routes[PATH] = { TotalUserChargerReportModel: [{ GroupAsString: 'A', UserDetails, ...sums }] };
    const row = { sessions: 3, energyKwh: 12.5, durationMinutes: 74.07 };
    expect((await read()).data.rows).to.deep.equal([{ name: 'A', userId: GARAGE, userName: 'Ada', ...row }]);
  });

  it('is asked for by users, and for all of them, unless it says otherwise', async () => {
    cloud.routes[PATH] = {};
    await read();
    expect(sent())
      .to.include({ groupBy: 0, installationId: HOME })
      .and.to.deep.include({ userIds: [], chargerIds: [] });
    await read({ by: 'card', userIds: [NOBODY.toUpperCase()], chargerIds: [GARAGE.toUpperCase()] });
    expect(sent())
      .to.include({ groupBy: 2 })
      .and.to.deep.include({ userIds: [NOBODY], chargerIds: [GARAGE] });
  });

  it('may be asked for in five ways at once, each of which is kept for a minute', async () => {
    cloud.routes[PATH] = {};
    const ask = (day: number) =>
      cloud.client.sessions.report({ installationId: HOME, ...MONTH, to: new Date(day * 864e5) });
    for (let day = 0; day < 5; day += 1) expect((await cloud.clock.until(ask(day))).meta.source).to.equal('rest');
    expect((await cloud.failing(ask(5))).code).to.equal('TOO_SOON');
    expect((await cloud.clock.until(ask(0))).meta.source).to.equal('cache');
    await cloud.clock.advance(MINUTE);
    expect((await cloud.clock.until(ask(0))).meta.source).to.equal('rest');
  });

  it('names the field of what is no id', async () => {
    for (const [query, what] of [
      [{ installationId: 'x' }, 'installation'],
      [{ userIds: ['x'] }, 'user'],
      [{ chargerIds: ['x'] }, 'charger'],
    ] as const) {
      const error = await cloud.failing(cloud.client.sessions.report({ installationId: HOME, ...MONTH, ...query }));
      expect(error).to.include({ code: 'ID_INVALID' });
      expect(error.message).to.contain(what);
    }
    expect(cloud.server.seen).to.deep.equal([]);
  });
});
