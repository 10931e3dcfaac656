import { expect } from 'chai';
import { endpointApi, type EndpointApi } from '../../../support/simulator/endpoints';
import { CHARGER, guid, makeCharger, makeSession, NOW, SITE } from '../../../support/simulator/static-world';

const at = (hoursAgo: number): string => new Date(NOW - hoursAgo * 3_600_000).toISOString().slice(0, -1);
const numbers = (list: any[]): number[] => list.map(({ Id, id }) => Number((Id ?? id).slice(-4)));

describe('the endpoints of sessions:', () => {
  let api: EndpointApi;
  beforeEach(() => {
    api = endpointApi(2);
    api.world.history.push(
      makeSession(1, 30, { tokenName: 'Red tag' }),
      makeSession(2, 20, { chargerId: guid('ca', 2), offline: true, recognisedAt: NOW - 3_600_000 }),
      makeSession(3, 10, { stoppedByRfid: true, replacedBy: guid('5e', 4) }),
    );
    const anonymous = makeSession(4, 9);
    delete anonymous.user;
    delete anonymous.tokenName;
    api.world.history.push(anonymous);
  });

  describe('the charge history', () => {
    const list = async (query = ''): Promise<any[]> => (await api.get(`/api/chargehistory?${query}`)).body.Data;

    it('has the documented fields', async () => {
      const session = (await list('DetailLevel=1')).find(({ Id }) => Id === guid('5e', 3));
      expect(session).to.deep.include({
        DeviceId: 'ZAP000001',
        StartDateTime: '2026-05-03T22:00:00.5',
        EndDateTime: '2026-05-04T00:00:02',
        CommitEndDateTime: '2026-05-04T00:00:00.5',
        Energy: 10,
        CommitMetadata: 1 | 4 | 8 | 16,
        UserFullName: 'A Person',
        UserId: guid('f1'),
        TokenName: 'Blue tag',
        ChargerId: CHARGER,
        DeviceName: 'Place 1',
        ExternallyEnded: false,
        ReplacedBySessionId: guid('5e', 4),
        ChargerFirmwareVersion: { Major: 3, Minor: 0, Build: 0, Revision: 1, MajorRevision: 0, MinorRevision: 1 },
      });
      expect(session.EnergyDetails.at(-1)).to.deep.equal({ Timestamp: '2026-05-04T00:00:00.5', Energy: 10 });
      const { RD } = JSON.parse(session.SignedSession.slice('OCMF|'.length));
      expect(RD.map(({ TX, RV }: any) => [TX, RV])).to.deep.equal([
        ['B', 100],
        ['T', 105],
        ['E', 110],
      ]);
    });

    it('omits unknown values', async () => {
      const [newest] = await list();
      const late = (await list()).find(({ Id }) => Id === guid('5e', 2));
      expect(late.CommitMetadata).to.equal(2 | 4 | 16);
      const anonymous = (await list()).find(({ Id }) => Id === guid('5e', 4));
      expect(anonymous).to.not.have.any.keys('UserId', 'UserFullName', 'UserEmail', 'TokenName', 'EnergyDetails');
      expect(newest.Id).to.equal(late.Id);
    });

    const rows: [string, number[]][] = [
      ['', [2, 4, 3, 1]],
      [`ChargerId=${guid('ca', 2)}`, [2]],
      [`InstallationId=${SITE}&PageSize=1`, [2]],
      [`InstallationId=${guid('51', 9)}`, []],
      [`UserId=${guid('f1')}`, [2, 3, 1]],
      [`From=${at(15)}`, [2, 4, 3]],
      [`To=${at(9.5)}Z`, [3, 1]],
      ['GroupBy=0', [4, 3, 1, 2]],
      ['SortProperty=StartDateTime', [1, 2, 3, 4]],
      [`Exclude=${guid('5e', 1)},${guid('5e', 2)}`, [4, 3]],
    ];
    for (const [query, expected] of rows) {
      it(`answers ${expected.join(', ') || 'none'} to ?${query}`, async () => {
        expect(numbers(await list(query))).to.deep.equal(expected);
      });
    }

    it('omits disabled chargers by default, and keeps sessions of removed ones', async () => {
      api.world.chargers.get(guid('ca', 2))!.active = false;
      expect(numbers(await list())).to.deep.equal([4, 3, 1]);
      expect(numbers(await list('IncludeDisabled=true'))).to.deep.equal([2, 4, 3, 1]);
      api.world.chargers.delete(CHARGER);
      const [first] = await list();
      expect(first).to.not.have.any.keys('DeviceId', 'DeviceName', 'SignedSession');
    });

    it('refuses invalid times and ids', async () => {
      for (const query of ['From=yesterday', 'ChargerId=1', 'DetailLevel=x']) {
        expect((await api.get(`/api/chargehistory?${query}`)).status, query).to.equal(400);
      }
    });
  });

  describe('the archived sessions', () => {
    const RANGE = `From=${at(100)}&To=${at(0)}Z`;
    const get = (query: string) => api.get(`/api/sessions/archived?${query}`);

    it('are in camelCase, with Z and with nulls', async () => {
      const { body } = await get(`ChargerId=${guid('ca', 2)}&${RANGE}`);
      expect(body).to.have.all.keys('sessions', 'cursor', 'hasMore');
      expect(body.sessions[0]).to.deep.include({
        id: guid('5e', 2),
        externalId: null,
        replacedBySessionId: null,
        chargerFirmwareVersion: '3.0.0.1',
        startDateTime: '2026-05-03T12:00:00.5Z',
        endDateTime: '2026-05-03T14:00:00.5Z',
        recognizedDateTime: '2026-05-04T09:00:00.5Z',
        offline: true,
        signed: true,
        authorizedUser: { id: guid('f1'), email: 'user@simulator.example', fullName: 'A Person' },
      });
      expect(body.sessions[0].energyDetails.at(-1)).to.deep.equal({ timestamp: '2026-05-03T14:00:00.5Z', energy: 10 });
    });

    it('are filtered by their end, From inclusive and To exclusive, oldest first', async () => {
      const { body } = await get(`InstallationId=${SITE}&From=${at(20)}&To=${at(9)}`);
      expect(numbers(body.sessions)).to.deep.equal([2, 3]);
    });

    it('are paged by cursor', async () => {
      const seen: any[] = [];
      let cursor = '';
      let more = true;
      for (let round = 0; more && round < 9; round += 1) {
        const { body } = await get(`InstallationId=${SITE}&${RANGE}&PageSize=3${cursor && `&Cursor=${cursor}`}`);
        seen.push(...body.sessions);
        if (!body.hasMore) expect(body.cursor).to.equal(null);
        cursor = body.cursor;
        more = body.hasMore;
      }
      expect(numbers(seen)).to.deep.equal([1, 2, 3, 4]);
      const none = await get(`ChargerId=${CHARGER}&From=2020-01-01&To=2020-01-02`);
      expect(none.body).to.deep.equal({ sessions: [], cursor: null, hasMore: false });
    });

    for (const query of [
      RANGE,
      `InstallationId=${SITE}&ChargerId=${CHARGER}&${RANGE}`,
      `InstallationId=${SITE}&To=${at(0)}`,
      `InstallationId=${SITE}&From=${at(9)}`,
      `InstallationId=${SITE}&${RANGE}&PageSize=201`,
      `InstallationId=${SITE}&${RANGE}&Cursor=x`,
    ]) {
      it(`refuse ?${query}`, async () => {
        expect((await get(query)).status).to.equal(400);
      });
    }
  });

  describe('the installation report', () => {
    const PATH = '/api/chargehistory/installationreport';
    const whole = { installationId: SITE, fromDate: at(100), endDate: at(0) };

    it('sums by user, charger and card, by query and by body', async () => {
      const { body } = await api.post(PATH, whole);
      expect(body).to.include({ InstallationName: 'Home', InstallationCity: 'Oslo', Fromdate: at(100).slice(0, -2) });
      expect(body.totalUserChargerReportModel).to.deep.equal([
        {
          GroupAsString: 'A Person',
          UserDetails: { Id: guid('f1'), Email: 'user@simulator.example', FullName: 'A Person' },
          TotalChargeSessionCount: 3,
          TotalChargeSessionEnergy: 30,
          TotalChargeSessionDuration: 6,
        },
        {
          GroupAsString: '',
          TotalChargeSessionCount: 1,
          TotalChargeSessionEnergy: 10,
          TotalChargeSessionDuration: 2,
        },
      ]);
      const query = new URLSearchParams({ ...whole, groupBy: '1' }).toString();
      const asked = (await api.get(`${PATH}?${query}`)).body.totalUserChargerReportModel;
      expect(asked.map((row: any) => [row.GroupAsString, row.TotalChargeSessionCount])).to.deep.equal([
        ['Place 1', 3],
        ['Place 2', 1],
      ]);
      const cards = (await api.post(PATH, { ...whole, groupBy: 2, chargerIds: [CHARGER], userIds: [guid('f1')] })).body;
      expect(cards.totalUserChargerReportModel.map((row: any) => row.GroupAsString)).to.deep.equal([
        'Red tag',
        'Blue tag',
      ]);
    });

    it('refuses missing and wrong values', async () => {
      const { status, body } = await api.post(PATH, {});
      expect([status, Object.keys(body.errors)]).to.deep.equal([400, ['InstallationId', 'FromDate', 'EndDate']]);
      expect((await api.post(PATH, { ...whole, groupBy: 3, userIds: 'x' })).status).to.equal(400);
      expect((await api.post(PATH, { ...whole, installationId: guid('51', 9) })).status).to.equal(404);
    });
  });

  describe('a single session', () => {
    it('has an end once it has finished', async () => {
      const { body } = await api.get(`/api/session/${guid('5e', 1)}`);
      expect(body).to.have.all.keys('SessionId', 'SessionStart', 'SessionEnd', 'Energy', 'SignedSession');
    });

    it('is in camelCase with Z and nulls under session-camel-case', async () => {
      api.faults.add('session-camel-case');
      api.world.put(makeCharger(3, { session: makeSession(7, 0) }));
      expect((await api.get(`/api/session/${guid('5e', 7)}`)).body).to.deep.equal({
        sessionId: guid('5e', 7),
        sessionStart: '2026-05-04T08:00:00.5Z',
        sessionEnd: null,
        energy: 10,
        signedSession: null,
      });
      const { body } = await api.get(`/api/session/${guid('5e', 1)}`);
      expect(body).to.include({ sessionId: guid('5e', 1), sessionEnd: '2026-05-03T04:00:00.5Z' });
      expect(body.signedSession).to.match(/^OCMF\|/);
    });

    it('has no end while it runs, and can be prioritised', async () => {
      api.world.put(makeCharger(3, { session: makeSession(7, 0) }));
      const path = `/api/session/${guid('5e', 7)}`;
      expect((await api.get(path)).body).to.deep.equal({
        SessionId: guid('5e', 7),
        SessionStart: '2026-05-04T08:00:00.5',
        Energy: 10,
      });
      const answer = await api.post(`${path}/priority`, { PrioritizedPhases: 3, prioritizedCurrent: 10 });
      expect([answer.status, answer.body]).to.deep.equal([200, undefined]);
      const charger = (await api.get(`/api/chargers/${guid('ca', 3)}`)).body;
      expect(charger).to.include({ PropertyPrioritizedCurrent: 10, PropertyPrioritizedPhases: 3 });
      for (const [body, kept, absent] of [
        [{ prioritizedPhases: 3 }, 'PropertyPrioritizedPhases', 'PropertyPrioritizedCurrent'],
        [{ prioritizedCurrent: 12 }, 'PropertyPrioritizedCurrent', 'PropertyPrioritizedPhases'],
      ] as const) {
        expect((await api.post(`${path}/priority`, body)).status).to.equal(200);
        const single = (await api.get(`/api/chargers/${guid('ca', 3)}`)).body;
        expect(single).to.include({ [kept]: Object.values(body)[0] });
        expect(single).not.to.have.property(absent);
      }
      for (const body of [{}, { prioritizedPhases: 2, prioritizedCurrent: 6 }]) {
        expect((await api.post(`${path}/priority`, body)).status).to.equal(400);
      }
      const finished = `/api/session/${guid('5e', 1)}/priority`;
      expect((await api.post(finished, { prioritizedPhases: 1, prioritizedCurrent: 6 })).status).to.equal(404);
    });
  });
});
