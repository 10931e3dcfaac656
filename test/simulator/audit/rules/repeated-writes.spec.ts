import { expect } from 'chai';
import { AuditPlayer, guid, MINUTE, SECOND } from '../../../support/simulator/audit-player';

const pause = (n = 1) => `/api/chargers/${guid(n)}/sendCommand/506`;
const resume = `/api/chargers/${guid(1)}/sendCommand/507`;
const priority = `/api/session/${guid(2)}/priority`;

describe('the rule repeated-writes', () => {
  for (const path of [pause(), priority]) {
    it(`rejects four times ${path} within a minute`, () => {
      const player = new AuditPlayer();
      const records = Array.from({ length: 4 }, () => player.wait(10 * SECOND).post(path));
      player.expectBroken('repeated-writes', records, /more than 3 times within a minute, 1 time too often/);
    });
  }

  it('accepts different commands, other chargers, repetitions after a failure and a minute between', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) player.wait(SECOND).post(n % 2 ? pause() : resume);
    for (let n = 10; n < 20; n += 1) player.wait(SECOND).post(pause(n));
    for (let n = 0; n < 6; n += 1) player.wait(MINUTE).post(priority);
    for (let n = 0; n < 6; n += 1) player.wait(SECOND).post(pause(30), undefined, 503);
    player.expectKept();
    expect(player.verdict('repeated-writes').text).to.match(/none of which was repeated/);
  });
});
