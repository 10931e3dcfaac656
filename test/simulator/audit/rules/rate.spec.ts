import { expect } from 'chai';
import { state, AuditPlayer } from '../../../support/simulator/audit-player';

describe('the rule rate', () => {
  it('rejects an eleventh request within 990 ms', () => {
    const player = new AuditPlayer();
    const records = Array.from({ length: 11 }, (_, n) => player.wait(n && 99).get(state(n)));
    player.expectBroken('rate', records, /^Up to 11 requests .* 10 are allowed; 1 request was too many\.$/);
  });
  it('accepts an eleventh request after 991 ms, and does not count logins', () => {
    const player = new AuditPlayer();
    player.login();
    for (let n = 0; n < 10; n += 1) player.get(state(n));
    player.wait(991).get(state(10));
    player.expectKept();
    expect(player.verdict('rate').text).to.equal('At most 10 requests arrived within a second, where 10 are allowed.');
  });
});
