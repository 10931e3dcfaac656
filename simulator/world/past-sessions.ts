import type { WorldState } from './state';
import type { Device } from './device';
import { DAY, HOUR, MINUTE, QUARTER } from '../durations';
import { guid } from './guid';
import type { FinishedSession, Session } from './model';
import { nextDeparture } from './traffic';

/** The days before the start of which the sessions are known at once. */
export const RECENT_DAYS = 30;
/** kW */
export const POWERS = [3.6, 7.2, 11, 11, 11, 22] as const;
/** The probability of a known driver where no authorisation is required; the other drivers are anonymous. */
const KNOWN_DRIVER_PROBABILITY = 0.4;

/** Generates the sessions of the last 30 days, oldest first, so that clients have a history to read. */
export function generateHistory(state: WorldState, perDay: number): void {
  const sessions: FinishedSession[] = [];
  for (const device of state.devices.values()) {
    if (!device.charger.neverStarted) sessions.push(...pastSessionsOf(state, device, perDay));
  }
  sessions.sort((a, b) => a.endedAt - b.endedAt);
  state.history.push(...withSpecialCases(state, sessions));
}

function pastSessionsOf(state: WorldState, device: Device, perDay: number): FinishedSession[] {
  const { charger, traffic } = device;
  const sessions: FinishedSession[] = [];
  const start = Math.floor(state.time / DAY) * DAY - RECENT_DAYS * DAY;
  for (let day = start; day < state.time; day += DAY) {
    if (!traffic.chance(perDay)) continue;
    const startedAt = Math.round(day + traffic.normal(15.5, 1.8) * HOUR);
    const endedAt = nextDeparture(traffic, startedAt);
    if (endedAt >= state.time - HOUR) break;
    const session = pastSession(device, startedAt, endedAt, Math.round(traffic.between(2, 45) * 1000) / 1000);
    sessions.push({ ...session, endedAt, recognisedAt: endedAt + 2000, offline: false, stoppedByRfid: false });
    charger.meterKwh = session.readings.at(-1)?.meterKwh ?? charger.meterKwh;
  }
  return sessions;
}

function pastSession(device: Device, startedAt: number, endedAt: number, wantedKwh: number): Session {
  const { charger, installation, traffic } = device;
  const powerKw = traffic.pick(POWERS);
  const energyKwh = Math.min(wantedKwh, Math.round(((powerKw * (endedAt - startedAt)) / HOUR) * 1000) / 1000);
  const user =
    installation.authenticationRequired || traffic.chance(KNOWN_DRIVER_PROBABILITY) ? driver(device) : undefined;
  return {
    id: guid(traffic),
    chargerId: charger.id,
    startedAt,
    ...(user ? { user, tokenName: `nfc-${user.id.slice(0, 8).toUpperCase()}` } : {}),
    energyKwh,
    readings: readingsOf(charger.meterKwh, startedAt, endedAt, energyKwh, powerKw),
    phaseSwitches: 0,
  };
}

function driver({ installation: { users }, traffic }: Device) {
  return users[traffic.integer(0, Math.max(0, users.length - 1))];
}

/** Readings at both ends and on each quarter of an hour until the car was full. */
export function readingsOf(meterKwh: number, startedAt: number, endedAt: number, energyKwh: number, powerKw: number) {
  const reading = (at: number, kwh: number) => ({ at, energyKwh: kwh, meterKwh: meterKwh + kwh });
  const readings = [reading(startedAt, 0)];
  const fullAt = startedAt + (energyKwh / powerKw) * HOUR;
  for (let at = (Math.floor(startedAt / QUARTER) + 1) * QUARTER; at < fullAt + QUARTER && at < endedAt; at += QUARTER) {
    readings.push(reading(at, Math.min(energyKwh, ((at - startedAt) / HOUR) * powerKw)));
  }
  readings.push(reading(endedAt, energyKwh));
  return readings;
}

/**
 * Adds a session that the cloud learned of late, and one that another session has replaced
 * (docs/zaptec-api.md, "Session tracking").
 */
function withSpecialCases(state: WorldState, sessions: FinishedSession[]): FinishedSession[] {
  const late = sessions[Math.floor(sessions.length / 3)];
  const replaced = sessions[Math.floor(sessions.length / 2)];
  if (late)
    Object.assign(late, { offline: true, recognisedAt: Math.min(state.time - MINUTE, late.endedAt + 9 * HOUR) });
  if (!replaced || replaced === late) return sessions;
  const replacement: FinishedSession = {
    ...replaced,
    id: guid(state.prng),
    recognisedAt: replaced.recognisedAt + HOUR,
  };
  replaced.replacedBy = replacement.id;
  return sessions.flatMap((session) => (session === replaced ? [session, replacement] : [session]));
}
