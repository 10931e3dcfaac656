import { expect } from 'chai';
import { guid, HOUR, MINUTE, SECOND, state, AuditPlayer } from '../../support/simulator/audit-player';

describe('audit: rate', () => {
  it('an eleventh request within 990 ms is too many', () => {
    const tape = new AuditPlayer();
    const records = Array.from({ length: 11 }, (_, n) => tape.wait(n && 99).get(state(n)));
    tape.expectBroken('rate', records, /^Up to 11 requests .* 10 are allowed; 1 request was too many\.$/);
  });
  it('an eleventh after 991 ms is not, nor do logins count', () => {
    const tape = new AuditPlayer();
    tape.login();
    for (let n = 0; n < 10; n += 1) tape.get(state(n));
    tape.wait(991).get(state(10));
    tape.expectKept();
    expect(tape.verdict('rate').text).to.equal('At most 10 requests arrived within a second, where 10 are allowed.');
  });
});

describe('audit: storm', () => {
  const start = (tape: AuditPlayer, count: number) => Array.from({ length: count }, (_, n) => tape.get(state(n)));
  it('sixteen requests in the first second; the rate is broken with it, as sixteen cannot be ten', () => {
    const tape = new AuditPlayer();
    const records = start(tape, 16);
    expect(tape.broken()).to.deep.equal(['rate', 'storm']);
    expect(tape.verdict('storm').evidence).to.deep.equal(records);
  });
  it('after a login too', () => {
    const tape = new AuditPlayer();
    tape.get(state(99));
    tape.wait(HOUR).login();
    start(tape, 16);
    expect(tape.broken()).to.include('storm');
  });
  it('fifteen are none, nor are sixteen in the middle of the work', () => {
    const tape = new AuditPlayer();
    start(tape, 15);
    tape.wait(HOUR);
    start(tape, 16);
    expect(tape.verdict('storm').ok).to.equal(true);
  });
});

describe('audit: polling', () => {
  it('the same charger within 15 s', () => {
    const tape = new AuditPlayer();
    const records = [tape.get(state()), tape.wait(14 * SECOND).get(state())];
    tape.expectBroken('polling', records, /as soon as 14 s after the last .* 1 time too often/);
  });
  it('casing does not hide it', () => {
    const tape = new AuditPlayer();
    tape.get(state());
    tape.wait(SECOND).get(state().toUpperCase().replace('/API', '/api'));
    expect(tape.broken()).to.deep.equal(['polling']);
  });
  it('more than 66 times an hour', () => {
    const tape = new AuditPlayer();
    const records = Array.from({ length: 67 }, () => tape.wait(50 * SECOND).get(state()));
    tape.expectBroken('polling', records.slice(-2), /more than 66 times an hour/);
  });
  it('every 55 s for a day, and others in between, is fine', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 1570; n += 1) {
      tape.get(state(1));
      tape.get(state(2));
      tape.wait(55 * SECOND);
    }
    tape.expectKept();
  });
  it('every 15 s, less the jitter of a network, is fine', () => {
    const tape = new AuditPlayer();
    tape.get(state());
    tape.wait(15 * SECOND - 100).get(state());
    tape.expectKept();
  });
  it('looking for a minute whether a command has worked is fine, and no longer', () => {
    const tape = new AuditPlayer();
    tape.get(state());
    tape.wait(SECOND).post(`/api/chargers/${guid(1)}/sendCommand/506`);
    for (const ms of [3, 16, 16, 10]) tape.wait(ms * SECOND).get(state());
    tape.expectKept();
    tape.wait(16 * SECOND).get(state());
    tape.expectKept();
    tape.wait(2 * SECOND).get(state());
    expect(tape.broken()).to.deep.equal(['polling']);
  });
  it('a further try of one that failed is fine, until it becomes a habit', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 12; n += 1) tape.wait(2 * SECOND).get(state(), 503);
    tape.expectKept();
    tape.wait(2 * SECOND).get(state(), 503);
    expect(tape.broken()).to.deep.equal(['polling']);
  });
  it('a second request while the first is under way is judged when the first is answered', () => {
    const tape = new AuditPlayer();
    const first = tape.arrive('GET', state());
    const again = tape.wait(SECOND).arrive('GET', state());
    tape.expectKept();
    tape.answer(first);
    tape.expectBroken('polling', [first, again], /1 s after/);
  });
});

describe('audit: backoff', () => {
  it('a request in the second after a refusal', () => {
    const tape = new AuditPlayer();
    const records = [tape.get(state(1), 429), tape.wait(500).get(state(2))];
    tape.expectBroken('backoff', records, /After 1 refusal \(429\) 1 request came within the second/);
  });
  it('what was under way is fine, although it is refused as well; so is a request after 950 ms', () => {
    const tape = new AuditPlayer();
    tape.get(state(1), 429);
    tape.wait(150).get(state(2), 429);
    tape.wait(950).get(state(3));
    tape.expectKept();
  });
  it('refusals of what was under way let in nothing more', () => {
    const tape = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) tape.wait(100).get(state(n), 429);
    expect(tape.broken()).to.deep.equal(['backoff']);
  });
  it('gaps that do not grow', () => {
    const tape = new AuditPlayer();
    const records = [0, 1, 2].map(() => tape.wait(2 * SECOND).get(state(), 429));
    tape.expectBroken('backoff', records, /1 time the same call was refused 3 times or more without growing gaps/);
  });
  it('gaps that grow, or are long enough, are fine', () => {
    const tape = new AuditPlayer();
    for (const gap of [1, 2, 4, 8, 16, 30, 30]) {
      tape.get(state(), 429);
      tape.wait(gap * SECOND);
    }
    tape.get(state());
    tape.expectKept();
  });
  it('a success ends the row', () => {
    const tape = new AuditPlayer();
    for (const status of [429, 429, 200, 429]) tape.wait(20 * SECOND).get(state(), status);
    tape.expectKept();
  });
  it('equal calls that were sent together are no row, also when the first is refused before the last arrives', () => {
    const early = new AuditPlayer();
    for (let n = 0; n < 4; n += 1) early.wait(1).get('/api/chargehistory', 429);
    early.expectKept();
    const tape = new AuditPlayer();
    const together = [0, 1, 2].map(() => tape.arrive('GET', '/api/chargehistory'));
    for (const record of together) tape.answer(record, 429);
    tape.expectKept();
  });
});

describe('audit: time that passes', () => {
  it('a quiet client of a whole day keeps every rule', () => {
    const tape = new AuditPlayer(true);
    tape.current = [16, 16, 16];
    tape.login();
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      if (minute % 60 === 0) {
        tape.get('/api/chargers?PageSize=100&PageIndex=0');
        tape.get(`/api/installation/${guid(1)}`);
      }
      if (minute % 10 === 0) tape.get(state());
      tape.wait(MINUTE);
    }
    tape.expectKept();
  });
});
