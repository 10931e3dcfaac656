import { expect } from 'chai';
import { HOUR, state, AuditPlayer } from '../../../support/simulator/audit-player';

describe('the rule storm', () => {
  const start = (player: AuditPlayer, count: number) => Array.from({ length: count }, (_, n) => player.get(state(n)));
  it('rejects sixteen requests in the first second, as the rule rate does too', () => {
    const player = new AuditPlayer();
    const records = start(player, 16);
    expect(player.broken()).to.deep.equal(['rate', 'storm']);
    expect(player.verdict('storm').evidence).to.deep.equal(records);
  });
  it('rejects sixteen requests after a login', () => {
    const player = new AuditPlayer();
    player.get(state(99));
    player.wait(HOUR).login();
    start(player, 16);
    expect(player.broken()).to.include('storm');
  });
  it('accepts fifteen requests at a start, and sixteen later', () => {
    const player = new AuditPlayer();
    start(player, 15);
    player.wait(HOUR);
    start(player, 16);
    expect(player.verdict('storm').ok).to.equal(true);
  });
});
