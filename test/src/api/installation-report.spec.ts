import { expect } from 'chai';
import type { ReportQuery } from '../../../src/client';
import { failureOf } from '../../support/failure';
import { SessionCloud } from '../../support/session-cloud';

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

  it('needs an owner', async () => {
    const client = cloud.client('service');
    const error = await failureOf(cloud.clock.until(client.sessions.report(query())));
    expect(error.code).to.equal('HTTP_403');
  });
});
