import { expect } from 'chai';
import { startSimulator, type Simulator } from '../../../../simulator/index';

const SECOND = 1_000;

describe('the endpoints of a running simulator', () => {
  let simulator: Simulator;
  let token: string;
  let now: number;

  beforeEach(async () => {
    now = Date.UTC(2026, 4, 4, 10);
    const clock = { now: () => now, setTimeout: () => undefined, clearTimeout: () => undefined };
    simulator = await startSimulator({ scenario: 'home', clock });
    const { username = '', password = '' } = simulator.accounts[0] ?? {};
    const body = new URLSearchParams({ grant_type: 'password', username, password });
    const answer = await fetch(`${simulator.baseUrl}/oauth/token`, { method: 'POST', body });
    token = ((await answer.json()) as { access_token: string }).access_token;
  });
  afterEach(() => simulator.stop());

  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> => {
    // Keeps below the limit of the account.
    pass(1);
    const answer = await fetch(simulator.baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'User-Agent': 'endpoints-test' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const pass = (seconds: number) => {
    for (let left = seconds; left > 0; left -= 1) {
      now += SECOND;
      simulator.world.catchUp();
    }
  };
  const first = () => [...simulator.world.chargers.values()].find((charger) => !charger.neverStarted)!;
  const command = (id: number) => call('POST', `/API/Chargers/${first().id.toUpperCase()}/SendCommand/${id}`);

  it('answer every GET of a new world, in any case of the path', async () => {
    const site = [...simulator.world.installations.keys()][0]!;
    const { id } = first();
    for (const path of [
      '/api/constants',
      '/api/Installation',
      `/api/installation/${site}`,
      `/api/installation/${site}/Hierarchy`,
      '/API/CHARGERS',
      `/api/chargers/${id}`,
      `/api/chargers/${id}/state`,
      `/api/chargerFirmware/installation/${site}`,
      '/api/chargeHistory?DetailLevel=1',
      `/api/sessions/archived?InstallationId=${site}&From=2020-01-01&To=2030-01-01`,
    ]) {
      expect((await call('GET', path)).status, path).to.equal(200);
    }
  });

  it('refuse commands by the state of the charger, and run them otherwise', async () => {
    const charger = first();
    if (charger.car) simulator.world.unplug(charger.id);
    pass(60);
    const refused = async (id: number) => {
      const { status, body } = await command(id);
      expect([status, body?.Code], `${id} in mode ${charger.mode}`).to.deep.equal([500, 528]);
    };
    const done = async (id: number) => expect((await command(id)).status, `${id}`).to.equal(200);
    await refused(506);
    await refused(507);
    simulator.world.plug(charger.id, { charge: 0.2, target: 0.9 });
    simulator.world.authorise(charger.id);
    pass(120);
    await refused(507);
    await done(506);
    pass(30);
    await refused(506);
    await done(507);
    pass(60);
    simulator.faults.set('command-528-acts', { on: true });
    await refused(10001);
    expect((await command(502)).body.Code).to.equal(519);
  });

  it('tell no available current of home until somebody sets one', async () => {
    const path = `/api/installation/${[...simulator.world.installations.keys()][0]}`;
    const { body } = await call('GET', path);
    expect(body).to.include({ MaxCurrent: 32 }).and.not.to.have.any.keys('AvailableCurrent', 'AvailableCurrentPhase1');
    await call('POST', `${path}/update`, { availableCurrent: 10 });
    expect((await call('GET', path)).body).to.include({ AvailableCurrent: 10, AvailableCurrentPhase3: 10 });
  });

  it('follow local settings with an observation of the charger, and the audit says that they are undocumented', async () => {
    const seen: unknown[] = [];
    simulator.world.onObservation(({ id, value, chargerId }) => {
      if (id === 151 || id === 153) seen.push([chargerId, id, value]);
    });
    const path = `/api/chargers/${first().id}/localSettings`;
    expect((await call('POST', path, { cable: { permanentLock: true } })).body.Cable.PermanentLock).to.equal(true);
    expect((await call('POST', path, { Device: { HmiBrightness: 0.25 } })).body).to.deep.equal({
      Device: { IsStandAlone: false, HmiBrightness: 0.25 },
      Cable: { PermanentLock: true },
    });
    expect(seen).to.deep.equal([
      [first().id, 151, '1'],
      [first().id, 153, '0.250'],
    ]);
    const verdicts = simulator.audit.report().flatMap(({ verdicts: list }) => list);
    expect(verdicts.filter(({ rule, ok }) => rule === 'undocumented' && !ok)).to.have.length(1);
  });

  it('answer a finished session in the history, in the archive and by its id', async () => {
    const charger = first();
    const site = charger.installationId;
    if (!charger.session) {
      simulator.world.plug(charger.id, { charge: 0.2, target: 0.9 });
      simulator.world.authorise(charger.id);
    }
    pass(600);
    const id = charger.session!.id;
    expect((await call('GET', `/api/session/${id}`)).body).to.not.have.property('SessionEnd');
    simulator.world.unplug(charger.id);
    pass(60);
    expect((await call('GET', `/api/session/${id}`)).body).to.have.property('SessionEnd');
    const history = await call('GET', `/api/chargehistory?ChargerId=${charger.id}`);
    expect(history.body.Data.map(({ Id }: any) => Id)).to.include(id);
    const range = 'From=2026-05-04T10:00:00&To=2030-01-01&PageSize=200';
    const archive = await call('GET', `/api/sessions/archived?InstallationId=${site}&${range}`);
    expect(archive.body.sessions.map((session: any) => session.id)).to.include(id);
  });
});
