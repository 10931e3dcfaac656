import { expect } from 'chai';
import type { Role } from '../../../../simulator/world/model';
import { endpointApi } from '../../../support/simulator/endpoints';
import { CHARGER, guid, makeSession, makeSite, SITE } from '../../../support/simulator/static-world';

const SESSION = guid('5e', 1);
const RUNNING = guid('5e', 2);
const GROUP = guid('9a');
const PRIORITY = { prioritizedPhases: 3, prioritizedCurrent: 10 };
const REPORT = { installationId: SITE, fromDate: '2026-01-01T00:00:00', endDate: '2027-01-01T00:00:00' };
const RANGE = 'From=2026-01-01&To=2027-01-01';

/** Method and path, body, then the status for owner, service and user (docs/zaptec-api.md, "Endpoints" and "Roles"). */
const TABLE: [string, unknown, number, number, number][] = [
  ['GET /api/constants', undefined, 200, 200, 200],
  ['GET /api/installation', undefined, 200, 200, 200],
  [`GET /api/installation/${SITE}`, undefined, 200, 200, 200],
  [`GET /api/installation/${SITE}/hierarchy`, undefined, 200, 200, 204],
  [`POST /api/installation/${SITE}/update`, { availableCurrent: 10 }, 200, 200, 403],
  [`POST /api/installation/${SITE}/update`, { maxCurrent: 25 }, 403, 200, 403],
  [`GET /api/installation/${SITE}/messagingConnectionDetails`, undefined, 500, 500, 403],
  [`GET /api/userGroups/${GROUP}/messagingConnectionDetails`, undefined, 500, 500, 403],
  ['GET /api/userGroups', undefined, 200, 200, 200],
  ['GET /api/chargers', undefined, 200, 200, 200],
  [`GET /api/chargers/${CHARGER}`, undefined, 200, 200, 403],
  [`GET /api/chargers/${CHARGER}/state`, undefined, 200, 200, 403],
  [`POST /api/chargers/${CHARGER}/update`, { maxChargeCurrent: 10 }, 200, 200, 403],
  [`POST /api/chargers/${CHARGER}/sendCommand/506`, undefined, 200, 200, 403],
  [`GET /api/chargerFirmware/installation/${SITE}`, undefined, 200, 200, 403],
  ['GET /api/chargehistory', undefined, 200, 200, 200],
  ['POST /api/chargehistory/installationreport', REPORT, 200, 403, 403],
  [`GET /api/chargehistory/installationreport?${new URLSearchParams(REPORT).toString()}`, undefined, 200, 403, 403],
  [`GET /api/session/${SESSION}`, undefined, 200, 200, 200],
  [`POST /api/session/${RUNNING}/priority`, PRIORITY, 200, 200, 403],
  [`GET /api/sessions/archived?InstallationId=${SITE}&${RANGE}`, undefined, 200, 403, 403],
  [`POST /api/chargers/${CHARGER}/localSettings`, {}, 200, 403, 403],
  [`GET /api/chargers/${CHARGER}/live`, undefined, 200, 403, 403],
];

describe('the roles of accounts', () => {
  for (const [call, body, ...statuses] of TABLE) {
    (['owner', 'service', 'user'] as Role[]).forEach((role, index) => {
      it(`answer ${statuses[index]} to ${call.replace(/\?.*/, '')} ${body ? JSON.stringify(body) : ''} as ${role}`, async () => {
        const api = endpointApi();
        api.role = role;
        api.world.history.push(makeSession(1, 1));
        api.world.charger.session = makeSession(2, 0);
        const [method = '', path = ''] = call.split(' ');
        const { status, body: answer } = await api.send(method, path, body);
        expect(status).to.equal(statuses[index]);
        if (status === 403 || status === 204) expect(answer).to.equal(undefined);
      });
    });
  }

  it('appear in the answer, with the pin for the owner only', async () => {
    const rows: [Role, number, string | undefined][] = [
      ['owner', 2, '1234'],
      ['service', 4, undefined],
      ['user', 1, undefined],
    ];
    for (const [role, flags, pin] of rows) {
      const api = endpointApi();
      api.role = role;
      const { body } = await api.get('/api/chargers');
      expect(body.Data[0]).to.include({ CurrentUserRoles: flags });
      expect(body.Data[0].Pin).to.equal(pin);
    }
  });

  it('combine flags for owners, and match the filter as a mask', async () => {
    const api = endpointApi();
    const sites = [3, 0, 1, 2].map((last) => `0000000${last}-0000-4000-8000-000000000051`);
    api.world.installations.clear();
    for (const id of sites) api.world.installations.set(id, makeSite({ id }));
    const flags = async (query: string) =>
      (await api.get(`/api/installation${query}`)).body.Data.map(({ CurrentUserRoles }: any) => CurrentUserRoles);
    expect(await flags('')).to.deep.equal([3, 2, 7, 70]);
    expect(await flags('?Roles=3')).to.deep.equal([3, 2, 7, 70]);
    expect(await flags('?Roles=4')).to.deep.equal([7, 70]);
    expect(await flags('?Roles=1')).to.deep.equal([3, 7]);
    expect((await api.get('/api/chargers?Roles=1')).body.Data).to.deep.equal([]);
    expect((await api.get('/api/chargers?Roles=3')).body.Data).to.have.length(1);
  });

  it('give a user reduced installations, and only the sessions of that user', async () => {
    const api = endpointApi();
    api.role = 'user';
    api.world.history.push(
      makeSession(1, 2),
      makeSession(2, 1, { user: { id: guid('f1', 2), name: 'B', email: 'b@x' } }),
    );
    const list = await api.get('/api/installation');
    expect(list.body.Data[0]).to.include({ Id: SITE, CurrentUserRoles: 1, NetworkType: 4 });
    expect(list.body.Data[0]).to.not.have.any.keys('AuthenticationType', 'SupportGroup', 'MaxCurrent');
    expect(Object.keys(list.body.Data[0] as object).at(-1)).to.equal('PropertyFirmwareAutomaticUpdates');
    const one = await api.get(`/api/installation/${SITE}`);
    expect(one.body).to.deep.equal(list.body.Data[0]);
    const history = await api.get('/api/chargehistory');
    expect(history.body.Data.map(({ Id }: any) => Id)).to.deep.equal([SESSION]);
  });

  it('do not change that unknown objects answer 404 and invalid ids 400', async () => {
    const api = endpointApi();
    const unknown = guid('ee');
    for (const path of ['installation', 'chargers', 'session', 'chargerFirmware/installation']) {
      const { status, body } = await api.get(`/api/${path}/${unknown}`);
      expect(status, path).to.equal(404);
      expect(body.Code).to.equal(512);
    }
    const state = await api.get(`/api/chargers/${unknown}/state`);
    expect([state.status, state.body]).to.deep.equal([404, { errorCode: 512, message: 'Charger not found.' }]);
    const bad = await api.get('/api/chargers/nonsense');
    expect([bad.status, Object.keys(bad.body.errors)]).to.deep.equal([400, ['id']]);
    expect(bad.headers.get('content-type')).to.match(/problem\+json/);
    expect((await api.get(`/api/chargers/${CHARGER.toUpperCase()}`)).body.Id).to.equal(CHARGER);
  });
});
