import { expect } from 'chai';
import { guid, SECOND, state, AuditPlayer } from '../../../support/simulator/audit-player';

describe('the rule polling', () => {
  it('rejects a second read of a charger within 15 s', () => {
    const player = new AuditPlayer();
    const records = [player.get(state()), player.wait(14 * SECOND).get(state())];
    player.expectBroken('polling', records, /as soon as 14 s after the last .* 1 time too often/);
  });
  it('rejects it also where the path has another case', () => {
    const player = new AuditPlayer();
    player.get(state());
    player.wait(SECOND).get(state().toUpperCase().replace('/API', '/api'));
    expect(player.broken()).to.deep.equal(['polling']);
  });
  it('rejects more than 66 reads an hour', () => {
    const player = new AuditPlayer();
    const records = Array.from({ length: 67 }, () => player.wait(50 * SECOND).get(state()));
    player.expectBroken('polling', records.slice(-2), /more than 66 times an hour/);
  });
  it('accepts two chargers every 55 s for a day', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 1570; n += 1) {
      player.get(state(1));
      player.get(state(2));
      player.wait(55 * SECOND);
    }
    player.expectKept();
  });
  it('accepts two reads 15 s apart, less the jitter of the network', () => {
    const player = new AuditPlayer();
    player.get(state());
    player.wait(15 * SECOND - 100).get(state());
    player.expectKept();
  });
  it('accepts reads for a minute after a command, and no longer', () => {
    const player = new AuditPlayer();
    player.get(state());
    player.wait(SECOND).post(`/api/chargers/${guid(1)}/sendCommand/506`);
    for (const ms of [3, 16, 16, 10]) player.wait(ms * SECOND).get(state());
    player.expectKept();
    player.wait(16 * SECOND).get(state());
    player.expectKept();
    player.wait(2 * SECOND).get(state());
    expect(player.broken()).to.deep.equal(['polling']);
  });
  it('accepts twelve tries after failures, and rejects more', () => {
    const player = new AuditPlayer();
    for (let n = 0; n < 12; n += 1) player.wait(2 * SECOND).get(state(), 503);
    player.expectKept();
    player.wait(2 * SECOND).get(state(), 503);
    expect(player.broken()).to.deep.equal(['polling']);
  });
  it('checks a read that was sent before the answer of the first when that answer comes', () => {
    const player = new AuditPlayer();
    const first = player.arrive('GET', state());
    const again = player.wait(SECOND).arrive('GET', state());
    player.expectKept();
    player.answer(first);
    player.expectBroken('polling', [first, again], /1 s after/);
  });
});
