import { expect } from 'chai';
import { MINUTE, SECOND, AuditPlayer, update } from '../../../support/simulator/audit-player';

describe('the rule settings-interval', () => {
  it('rejects a setting that is written twice within a minute, in any casing', () => {
    const player = new AuditPlayer();
    const records = [
      player.post(update(), { minPowerOfflineMode: true, availableCurrent: 10 }),
      player.wait(50 * SECOND).post(update(), { MinPowerOfflineMode: false, availableCurrent: 10 }),
    ];
    player.expectBroken('settings-interval', records, /^Of 2 writes .* 1 came within a minute .* \(as soon as 50 s\)/);
  });
  it('accepts another setting, another installation, a current, and the same after a minute', () => {
    const player = new AuditPlayer();
    player.post(update(), { minPowerOfflineMode: true });
    player.wait(SECOND).post(update(2), { minPowerOfflineMode: true });
    player.wait(SECOND).post(update(), { threeToOnePhaseSwitchCurrent: 8 });
    player.wait(SECOND).post(update(), { availableCurrent: 6 });
    player.wait(MINUTE).post(update(), { minPowerOfflineMode: false });
    player.expectKept();
  });
  it('ignores a write that was refused', () => {
    const player = new AuditPlayer();
    player.post(update(), { minPowerOfflineMode: true }, 403);
    player.wait(SECOND).post(update(), { minPowerOfflineMode: true });
    player.expectKept();
  });
  it('counts a write once that is repeated after a failure', () => {
    const player = new AuditPlayer();
    for (const status of [503, 200]) player.wait(5 * SECOND).post(update(), { minPowerOfflineMode: true }, status);
    expect(player.broken()).to.deep.equal([]);
  });
});
