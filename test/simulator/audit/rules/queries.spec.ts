import { expect } from 'chai';
import { AuditPlayer, guid, MINUTE, SECOND } from '../../../support/simulator/audit-player';

const site = guid(1);

const MOVING: Readonly<Record<string, (n: number) => string>> = {
  'a history with a moving period': (n) => `/api/chargehistory?InstallationId=${site}&From=${n}`,
  'an archive with a moving period': (n) => `/api/sessions/archived?ChargerId=${site}&To=${n}`,
  'a list with a moving filter': (n) => `/api/chargers?NameFilter=${n}`,
  'connection details': () => `/api/installation/${site}/messagingConnectionDetails`,
};

describe('the rule queries', () => {
  for (const [what, query] of Object.entries(MOVING)) {
    it(`rejects ${what} every ten seconds`, () => {
      const player = new AuditPlayer();
      const records = Array.from({ length: 91 }, (_, n) => player.wait(10 * SECOND).get(query(n)));
      player.expectBroken('queries', records.slice(-2), /more than 90 times an hour, 1 time too often/);
    });
  }

  it('rejects reports by POST about one installation', () => {
    const player = new AuditPlayer();
    const path = '/api/chargehistory/installationreport';
    for (let n = 0; n < 91; n += 1) player.wait(10 * SECOND).post(path, { installationId: site, fromDate: n });
    expect(player.broken()).to.deep.equal(['queries']);
  });

  it('accepts a question a minute, many objects, further pages and repetitions after a failure', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 180; n += 1) {
      player.wait(MINUTE).get(`/api/chargehistory?InstallationId=${site}&From=${n}`);
      player.get(`/api/chargehistory?InstallationId=${guid(n + 10)}`);
      player.get(`/api/chargehistory?PageSize=100&PageIndex=${n + 1}`);
      player.get(`/api/sessions/archived?ChargerId=${site}&Cursor=${n}`);
    }
    for (let n = 0; n < 100; n += 1) player.wait(20 * SECOND).get(`/api/sessions/archived?ChargerId=${site}`, 503);
    player.expectKept();
  });
});
