import { expect } from 'chai';
import { CHARGERS, GARAGE, HOME, NOBODY, ScriptedCloud } from '../../support/scripted-cloud';

describe('details of installations and chargers', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  it('are read once an hour, whoever asks', async () => {
    cloud.routes[`/api/chargers/${GARAGE}`] = CHARGERS[0];
    cloud.routes[`/api/installation/${HOME}`] = { Name: 'Home', AvailableCurrent: 20 };
    const { data } = await cloud.clock.until(cloud.client.chargers.get(GARAGE));
    expect(data).to.deep.equal({
      id: GARAGE,
      name: 'Garage',
      deviceId: 'ZAP012345',
      installationId: HOME,
      installationName: 'Home',
      deviceType: 4,
    });
    await cloud.clock.until(cloud.client.chargers.get(GARAGE.toUpperCase()));
    expect((await cloud.clock.until(cloud.client.installations.get(HOME))).data).to.include({
      id: HOME,
      availableCurrent: 20,
    });
    expect(cloud.server.seen).to.have.length(2);
  });

  it('of a charger come from the list for an account without a role on it', async () => {
    const others = cloud.server.handler;
    cloud.server.handler = (seen, response, socket) => {
      if (seen.url.startsWith('/api/chargers/')) response.writeHead(403).end();
      else others(seen, response, socket);
    };
    expect((await cloud.clock.until(cloud.client.chargers.get(GARAGE))).data).to.include({ name: 'Garage' });
    expect((await cloud.failing(cloud.client.chargers.get(NOBODY))).code).to.equal('HTTP_403');
    expect((await cloud.failing(cloud.client.installations.firmware(HOME))).code).to.equal('HTTP_404');
  });

  it('that are no object are a bad answer', async () => {
    cloud.routes[`/api/chargers/${GARAGE}`] = [];
    cloud.routes[`/api/installation/${HOME}`] = 'x';
    cloud.routes[`/api/installation/${HOME}/hierarchy`] = 7;
    cloud.routes['/api/constants'] = null;
    const calls = [
      () => cloud.client.chargers.get(GARAGE),
      () => cloud.client.installations.get(HOME),
      () => cloud.client.installations.hierarchy(HOME),
      () => cloud.client.constants.get(),
    ];
    for (const call of calls) {
      expect((await cloud.failing(call())).code).to.equal('BAD_ANSWER');
    }
  });

  it('of constants, firmware and sessions are decoded', async () => {
    cloud.routes['/api/constants'] = { Version: '6.5.8' };
    cloud.routes[`/api/chargerFirmware/installation/${HOME}`] = [
      { ChargerId: GARAGE, CurrentVersion: '3.0.0.1' },
      null,
    ];
    cloud.routes[`/api/session/${NOBODY}`] = { SessionId: NOBODY, SessionStart: '2026-05-04T10:00:00.5' };
    expect((await cloud.clock.until(cloud.client.constants.get())).data).to.deep.equal({ version: '6.5.8' });
    expect((await cloud.clock.until(cloud.client.installations.firmware(HOME))).data).to.deep.equal([
      { chargerId: GARAGE, currentVersion: '3.0.0.1' },
    ]);
    expect((await cloud.clock.until(cloud.client.sessions.get(NOBODY))).data).to.include({
      sessionStart: '2026-05-04T10:00:00.500Z',
    });
  });
});
