import { expect } from 'chai';
import { SECOND, state, AuditPlayer } from '../../../support/simulator/audit-player';

describe('the rule backoff', () => {
  it('rejects a request in the second after a refusal', () => {
    const player = new AuditPlayer();
    const records = [player.get(state(1), 429), player.wait(500).get(state(2))];
    player.expectBroken('backoff', records, /After 1 refusal \(429\) 1 request came within the second/);
  });
  it('accepts a request that was in flight, and one after 950 ms', () => {
    const player = new AuditPlayer();
    player.get(state(1), 429);
    player.wait(150).get(state(2), 429);
    player.wait(950).get(state(3));
    player.expectKept();
  });
  it('does not extend the time for requests in flight at further refusals', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 3; n += 1) player.wait(100).get(state(n), 429);
    expect(player.broken()).to.deep.equal(['backoff']);
  });
  it('rejects gaps that do not grow', () => {
    const player = new AuditPlayer();
    const records = [0, 1, 2].map(() => player.wait(2 * SECOND).get(state(), 429));
    player.expectBroken('backoff', records, /1 time the same call was refused 3 times or more without growing gaps/);
  });
  it('accepts gaps that grow or are long enough', () => {
    const player = new AuditPlayer();
    for (const gap of [1, 2, 4, 8, 16, 30, 30]) {
      player.get(state(), 429);
      player.wait(gap * SECOND);
    }
    player.get(state());
    player.expectKept();
  });
  it('restarts its count after a success', () => {
    const player = new AuditPlayer();
    for (const status of [429, 429, 200, 429]) player.wait(20 * SECOND).get(state(), status);
    player.expectKept();
  });
  it('accepts equal calls that were sent together, also when the first is refused before the last arrives', () => {
    const early = new AuditPlayer();
    for (let n = 0; n < 4; n += 1) early.wait(1).get('/api/chargehistory', 429);
    early.expectKept();
    const player = new AuditPlayer();
    const together = [0, 1, 2].map(() => player.arrive('GET', '/api/chargehistory'));
    for (const record of together) player.answer(record, 429);
    player.expectKept();
  });
});
