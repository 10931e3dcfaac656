import { expect } from 'chai';
import { guid, SECOND, AuditPlayer } from '../../../support/simulator/audit-player';

const CHARGER = `/api/chargers/${guid(1)}`;

describe('the rule undocumented', () => {
  for (const [method, path] of [
    ['GET', `${CHARGER}/settings`],
    ['GET', `${CHARGER}/live`],
    ['GET', '/api/chargers/ZAP012345'],
    ['GET', '/api/userGroups'],
    ['PUT', `/api/installation/${guid(1)}`],
    ['POST', `${CHARGER}/authorizecharge`],
    ['POST', `${CHARGER}/sendCommand/101`],
    ['POST', `/api/session/${guid(1)}`],
  ] as const) {
    it(`rejects ${method} ${path}`, () => {
      const player = new AuditPlayer();
      const record = player.answer(player.arrive(method, path));
      player.expectBroken('undocumented', [record], /^Of 1 request 1 went to .* does not document/);
    });
  }
  it('accepts every documented endpoint, in any case', () => {
    const id = guid(1);
    const player = new AuditPlayer();
    const reads = [
      '/api/constants',
      '/api/installation',
      `/api/installation/${id}`,
      `/api/Installation/${id}/Hierarchy`,
      `/api/installation/${id}/messagingConnectionDetails`,
      `/api/userGroups/${id}/messagingConnectionDetails`,
      '/api/Chargers/',
      `/api/chargers/${id.toUpperCase()}`,
      `/api/chargers/${id}/state`,
      `/api/chargerFirmware/installation/${id}`,
      '/api/chargehistory',
      '/api/chargehistory/installationreport',
      `/api/session/${id}`,
      '/api/sessions/archived',
    ];
    const commands = [102, 200, 506, 507, 10001].map((command) => `/api/chargers/${id}/SendCommand/${command}`);
    const writes = [
      `/api/installation/${id}/update`,
      `/api/chargers/${id}/update`,
      '/api/chargehistory/installationreport',
      `/api/session/${id}/priority`,
      ...commands,
    ];
    for (const path of reads) player.wait(SECOND).get(path);
    for (const path of writes) player.wait(SECOND).post(path);
    player.expectKept();
  });
  it('ignores requests outside of the API', () => {
    const player = new AuditPlayer();
    player.get('/.well-known/openid-configuration');
    player.get('/simulator/state');
    expect(player.audit.report()).to.deep.equal([]);
    expect(player.audit.clean()).to.equal(true);
  });
});
