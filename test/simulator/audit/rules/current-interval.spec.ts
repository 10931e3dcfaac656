import { expect } from 'chai';
import { MINUTE, SECOND, AuditPlayer, update } from '../../../support/simulator/audit-player';

describe('the rule current-interval', () => {
  it('rejects a raise within 15 minutes after a write of the current', () => {
    const player = new AuditPlayer();
    const records = [
      player.post(update(), { availableCurrent: 10 }),
      player
        .wait(14 * MINUTE)
        .post(update(), { AvailableCurrentPhase1: 10, AvailableCurrentPhase2: 11, AvailableCurrentPhase3: 9 }),
    ];
    player.expectBroken('current-interval', records, /^Of 2 writes .* 1 came too early: .* \(as soon as 14 min\)/);
  });
  it('rejects a raise within 15 minutes after a write of another setting', () => {
    const player = new AuditPlayer();
    player.post(update(), { availableCurrent: 10 });
    player.wait(15 * MINUTE).post(update(), { threeToOnePhaseSwitchCurrent: 10 });
    player.expectKept();
    player.wait(14 * MINUTE).post(update(), { AVAILABLECURRENT: 12 });
    expect(player.broken()).to.deep.equal(['current-interval']);
  });
  it('does not take -1, a current that the cloud decides, for a value', () => {
    const player = new AuditPlayer();
    player.post(update(), { availableCurrent: -1 });
    player.wait(MINUTE).post(update(), { availableCurrent: 10 });
    player.expectKept();
  });
  it('accepts a raise after 15 minutes less the jitter of the network, and writes to another installation', () => {
    const player = new AuditPlayer();
    player.post(update(), { availableCurrent: 10 });
    player.wait(MINUTE).post(update(2), { availableCurrent: 32 });
    player.wait(14 * MINUTE - 100).post(update(), { availableCurrent: 16 });
    player.expectKept();
  });
  it('compares with the current that the installation had, where it is known', () => {
    const player = new AuditPlayer(true);
    player.current = [32, 32, 32];
    player.post(update(), { availableCurrent: 10 });
    // Another client has lowered it meanwhile.
    player.current = [6, 6, 6];
    player.wait(MINUTE).post(update(), { availableCurrent: 10 });
    expect(player.broken()).to.deep.equal(['current-interval']);
  });
  it('accepts six early lowerings an hour, and rejects a seventh', () => {
    const player = new AuditPlayer();
    player.post(update(), { availableCurrent: 32 });
    const lower = (amps: number) => player.wait(5 * MINUTE).post(update(), { availableCurrent: amps });
    const records = [30, 28, 26, 24, 22, 20].map(lower);
    player.expectKept();
    records.push(lower(18));
    player.expectBroken('current-interval', records, /more than 6 early lowerings/);
  });
  it('counts a write once that is repeated after a failure', () => {
    const player = new AuditPlayer(true);
    player.current = [10, 10, 10];
    for (const status of [503, 429, 200]) player.wait(5 * SECOND).post(update(), { availableCurrent: 16 }, status);
    player.expectKept();
  });
  it('ignores a write that was refused', () => {
    const player = new AuditPlayer();
    player.post(update(), { availableCurrent: 10 });
    player.wait(20 * MINUTE).post(update(), { availableCurrent: 6 }, 403);
    player.wait(MINUTE).post(update(), { availableCurrent: 16 });
    player.expectKept();
  });
  it('counts a write without an answer', () => {
    const player = new AuditPlayer();
    player.post(update(), { availableCurrent: 10 });
    player.wait(20 * MINUTE).arrive('POST', update(), { body: { availableCurrent: 6 } });
    player.wait(2 * MINUTE).post(update(), { availableCurrent: 16 });
    expect(player.broken()).to.deep.equal(['current-interval']);
  });
  it('accepts the same value, an empty body and a body that is no object', () => {
    const player = new AuditPlayer();
    for (const body of [
      { availableCurrent: 10 },
      { availableCurrent: 10 },
      {},
      undefined,
      [1],
      { availableCurrent: null },
    ]) {
      player.wait(MINUTE).post(update(), body);
    }
    player.expectKept();
  });
});
