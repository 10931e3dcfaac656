import { expect } from 'chai';
import { HOUR, MINUTE, SECOND, state, AuditPlayer } from '../../../support/simulator/audit-player';

describe('the rule token-reuse', () => {
  it('accepts two needless logins an hour, and rejects a third', () => {
    const player = new AuditPlayer();
    player.login();
    const records = [0, 1].map(() => player.wait(MINUTE).login());
    player.expectKept();
    records.push(player.wait(MINUTE).login());
    player.expectBroken('token-reuse', records, /^Of 4 logins 1 went beyond the 2 an hour/);
  });
  it('accepts a login in the last tenth of the lifetime that the login answered', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 5; n += 1) player.wait(0.9 * 86_399 * SECOND).login();
    for (let n = 0; n < 5; n += 1) player.wait(5 * SECOND).login(200, { tokenLifetimeS: 5 });
    player.expectKept();
  });
  it('accepts a login after a 401, also when the account of the refused token is not known', () => {
    const player = new AuditPlayer();
    player.login();
    for (let n = 0; n < 5; n += 1) {
      player.wait(2 * SECOND).get(state(n), 401, { client: 'nobody with a program', account: undefined });
      player.login();
    }
    player.expectKept();
  });
  it('rejects logins less than a second apart', () => {
    const player = new AuditPlayer();
    const records = [player.login(503), player.wait(999).login()];
    player.expectBroken('token-reuse', records, /1 came less than 1 s after/);
  });
  it('accepts failing logins a second apart', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 9; n += 1) player.wait(SECOND).login(503);
    player.expectKept();
  });
  it('rejects a wrong password that is repeated within ten minutes', () => {
    const player = new AuditPlayer();
    const records = [player.login(400), player.wait(10 * MINUTE).login(400)];
    player.expectBroken('token-reuse', records, /1 repeated one that had failed/);
  });
  it('accepts a wrong password that is repeated later, or after a success', () => {
    const player = new AuditPlayer();
    player.login(400);
    player.wait(10 * MINUTE + 1).login(400);
    player.wait(MINUTE).login();
    player.wait(MINUTE).login(400);
    player.expectKept();
    expect(player.wait(HOUR).verdict('token-reuse').text).to.equal('4 logins, none of which was needless.');
  });
});
