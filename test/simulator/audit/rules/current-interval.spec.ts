import { expect } from 'chai';
import { MINUTE, SECOND, AuditPlayer, update } from '../../../support/simulator/audit-player';

describe('audit: current-interval', () => {
  it('a raise within 15 minutes of the last write', () => {
    const tape = new AuditPlayer();
    const records = [
      tape.post(update(), { availableCurrent: 10 }),
      tape
        .wait(14 * MINUTE)
        .post(update(), { AvailableCurrentPhase1: 10, AvailableCurrentPhase2: 11, AvailableCurrentPhase3: 9 }),
    ];
    tape.expectBroken('current-interval', records, /^Of 2 writes .* 1 came too early: .* \(as soon as 14 min\)/);
  });
  it('of any kind', () => {
    const tape = new AuditPlayer();
    tape.post(update(), { availableCurrent: 10 });
    tape.wait(15 * MINUTE).post(update(), { threeToOnePhaseSwitchCurrent: 10 });
    tape.expectKept();
    tape.wait(14 * MINUTE).post(update(), { AVAILABLECURRENT: 12 });
    expect(tape.broken()).to.deep.equal(['current-interval']);
  });
  it('after 15 minutes it is fine, less the jitter of a network; so is another installation', () => {
    const tape = new AuditPlayer();
    tape.post(update(), { availableCurrent: 10 });
    tape.wait(MINUTE).post(update(2), { availableCurrent: 32 });
    tape.wait(14 * MINUTE - 100).post(update(), { availableCurrent: 16 });
    tape.expectKept();
  });
  it('what the installation had before decides, when that is known', () => {
    const tape = new AuditPlayer(true);
    tape.current = [32, 32, 32];
    tape.post(update(), { availableCurrent: 10 });
    // Somebody else has lowered it meanwhile.
    tape.current = [6, 6, 6];
    tape.wait(MINUTE).post(update(), { availableCurrent: 10 });
    expect(tape.broken()).to.deep.equal(['current-interval']);
  });
  it('six early lowerings an hour are fine, a seventh is not', () => {
    const tape = new AuditPlayer();
    tape.post(update(), { availableCurrent: 32 });
    const lower = (amps: number) => tape.wait(5 * MINUTE).post(update(), { availableCurrent: amps });
    const records = [30, 28, 26, 24, 22, 20].map(lower);
    tape.expectKept();
    records.push(lower(18));
    tape.expectBroken('current-interval', records, /more than 6 early lowerings/);
  });
  it('the same write again after a failure is one write', () => {
    const tape = new AuditPlayer(true);
    tape.current = [10, 10, 10];
    for (const status of [503, 429, 200]) tape.wait(5 * SECOND).post(update(), { availableCurrent: 16 }, status);
    tape.expectKept();
  });
  it('a write that was refused never happened', () => {
    const tape = new AuditPlayer();
    tape.post(update(), { availableCurrent: 10 });
    tape.wait(20 * MINUTE).post(update(), { availableCurrent: 6 }, 403);
    tape.wait(MINUTE).post(update(), { availableCurrent: 16 });
    tape.expectKept();
  });
  it('a write without an answer may have happened', () => {
    const tape = new AuditPlayer();
    tape.post(update(), { availableCurrent: 10 });
    tape.wait(20 * MINUTE).arrive('POST', update(), { body: { availableCurrent: 6 } });
    tape.wait(2 * MINUTE).post(update(), { availableCurrent: 16 });
    expect(tape.broken()).to.deep.equal(['current-interval']);
  });
  it('the same value, a body of nothing and one that is no object are no raise', () => {
    const tape = new AuditPlayer();
    for (const body of [
      { availableCurrent: 10 },
      { availableCurrent: 10 },
      {},
      undefined,
      [1],
      { availableCurrent: null },
    ]) {
      tape.wait(MINUTE).post(update(), body);
    }
    tape.expectKept();
  });
});
