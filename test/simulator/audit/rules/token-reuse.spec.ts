import { expect } from 'chai';
import { HOUR, MINUTE, SECOND, state, AuditPlayer } from '../../../support/simulator/audit-player';

describe('audit: token-reuse', () => {
  it('two needless logins an hour are a restart or two, a third is not', () => {
    const tape = new AuditPlayer();
    tape.login();
    const records = [0, 1].map(() => tape.wait(MINUTE).login());
    tape.expectKept();
    records.push(tape.wait(MINUTE).login());
    tape.expectBroken('token-reuse', records, /^Of 4 logins 1 went beyond the 2 an hour/);
  });
  it('a token in the last tenth of its life may be renewed, as long as it is told to live', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 5; n += 1) tape.wait(0.9 * 86_399 * SECOND).login();
    for (let n = 0; n < 5; n += 1) tape.wait(5 * SECOND).login(200, { tokenLifetimeS: 5 });
    tape.expectKept();
  });
  it('a login after a 401 is right, also when the refused token has no account any more', () => {
    const tape = new AuditPlayer();
    tape.login();
    for (let n = 0; n < 5; n += 1) {
      tape.wait(2 * SECOND).get(state(n), 401, { client: 'nobody with a program', account: undefined });
      tape.login();
    }
    tape.expectKept();
  });
  it('logins less than a second apart', () => {
    const tape = new AuditPlayer();
    const records = [tape.login(503), tape.wait(999).login()];
    tape.expectBroken('token-reuse', records, /1 came less than 1 s after/);
  });
  it('a second apart is fine while the login is out of order', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 9; n += 1) tape.wait(SECOND).login(503);
    tape.expectKept();
  });
  it('a wrong password tried twice within ten minutes', () => {
    const tape = new AuditPlayer();
    const records = [tape.login(400), tape.wait(10 * MINUTE).login(400)];
    tape.expectBroken('token-reuse', records, /1 repeated one that had failed/);
  });
  it('tried again later, or right in between, is fine', () => {
    const tape = new AuditPlayer();
    tape.login(400);
    tape.wait(10 * MINUTE + 1).login(400);
    tape.wait(MINUTE).login();
    tape.wait(MINUTE).login(400);
    tape.expectKept();
    expect(tape.wait(HOUR).verdict('token-reuse').text).to.equal('4 logins, none of which was needless.');
  });
});
