import { expect } from 'chai';
import { guid, HOUR, MINUTE, SECOND, AuditPlayer } from '../../../support/simulator/audit-player';

const CHARGER = `/api/chargers/${guid(1)}`;
const page = (index: number) => `/api/chargers?PageSize=100&PageIndex=${index}`;

describe('the rule static-data', () => {
  for (const what of [
    CHARGER,
    `/api/installation/${guid(1)}/hierarchy`,
    `/api/chargerFirmware/installation/${guid(1)}`,
    page(0),
    page(3),
  ]) {
    it(`accepts three reads of ${what} an hour, and rejects four`, () => {
      const player = new AuditPlayer();
      const records = [0, 1, 2].map(() => player.wait(20 * MINUTE).get(what));
      player.expectKept();
      records.push(player.wait(20 * MINUTE).get(what));
      player.expectBroken('static-data', records, /more than 3 times an hour .* 1 time too often/);
    });
  }
  it('accepts a read of an installation every five minutes, and rejects one every four', () => {
    const often = (minutes: number) => {
      const player = new AuditPlayer();
      for (let n = 0; n < 20; n += 1) player.wait(minutes * MINUTE).get(`/api/installation/${guid(1)}`);
      return player.broken();
    };
    expect(often(5)).to.deep.equal([]);
    expect(often(4)).to.deep.equal(['static-data']);
  });
  it('rejects four reads of the constants a day', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) player.wait(7 * HOUR).get('/api/constants');
    player.expectKept();
    player.wait(2 * HOUR).get('/api/constants');
    expect(player.broken()).to.deep.equal(['static-data']);
  });
  it('accepts constants every nine hours, different objects, and the charge history', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 9; n += 1) player.wait(9 * HOUR).get('/api/constants');
    for (let n = 0; n < 9; n += 1) {
      player.wait(MINUTE).get(`/api/chargers/${guid(n)}`);
      player.get('/api/chargehistory?PageSize=100');
    }
    player.expectKept();
  });
  it('restarts its count after a write, and accepts reads for a minute', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) player.wait(MINUTE).get(CHARGER);
    player.post(`${CHARGER}/update`, { maxChargeCurrent: 16 });
    for (let n = 0; n < 4; n += 1) player.wait(15 * SECOND).get(CHARGER);
    for (let n = 0; n < 3; n += 1) player.wait(MINUTE).get(CHARGER);
    player.expectKept();
    player.wait(MINUTE).get(CHARGER);
    expect(player.broken()).to.deep.equal(['static-data']);
  });
  it('does not count a retry after a failure', () => {
    const player = new AuditPlayer();
    for (const status of [500, 502, 503, 200]) player.wait(5 * SECOND).get(CHARGER, status);
    player.wait(HOUR / 2).get(CHARGER);
    player.expectKept();
  });
  it('counts a walk once that reads page 0 twice, also a long one', () => {
    const player = new AuditPlayer();
    for (let walk = 0; walk < 3; walk += 1) {
      player.get(page(0));
      for (let index = 30; index >= 0; index -= 1) player.wait(SECOND).get(page(index));
      player.wait(15 * MINUTE);
    }
    player.expectKept();
    player.get(page(0));
    expect(player.broken()).to.deep.equal(['static-data']);
  });
});
