import { siteOf, type WorldState } from './state';
import { makeDue, type Device } from './device';
import { guid } from './guid';
import type { FinishedSession, User } from './model';
import { completedSession } from './completed-session';
import { reportFinalEnergy } from './report/measure';
import { reportSession } from './report/state';
import { setObservation } from './report/observation';
import { scheduleBalancing } from './physics/load-balancing';

/** With more sessions the oldest are deleted. */
const MAX_FINISHED = 50_000;

/**
 * Starts a session: when the cable is plugged in, or at the authorisation where that is required
 * (docs/zaptec-api.md, "State machine").
 */
export function startSession(state: WorldState, device: Device, user?: User, tokenName?: string): void {
  const { charger } = device;
  const reading = { at: state.time, energyKwh: 0, meterKwh: charger.meterKwh };
  charger.session = {
    id: guid(device.traffic),
    chargerId: charger.id,
    startedAt: state.time,
    ...(user ? { user } : {}),
    ...(tokenName === undefined ? {} : { tokenName }),
    energyKwh: 0,
    readings: [reading],
    phaseSwitches: 0,
  };
  delete device.threePhase;
  delete device.withoutCurrentSince;
  makeDue(device);
  reportFinalEnergy(state, device, 0);
  reportSession(state, device);
  scheduleBalancing(state, siteOf(state, device));
}

/** Ends the session of a charger and adds it to the history; the caller reports the end. */
export function closeSession(state: WorldState, device: Device, stoppedByRfid: boolean): FinishedSession | undefined {
  const { charger } = device;
  const { session } = charger;
  if (!session) return undefined;
  takeReading(state, device);
  const finished: FinishedSession = {
    ...session,
    endedAt: state.time,
    recognisedAt: state.time,
    offline: !charger.online,
    stoppedByRfid,
  };
  delete charger.session;
  delete charger.priority;
  delete device.threePhase;
  if (charger.online) addToHistory(state, finished);
  else device.unreported.push(finished);
  return finished;
}

export function reportCompleted(state: WorldState, device: Device, finished: FinishedSession): void {
  if (device.charger.online) setObservation(state, device, 723, completedSession(device.charger, finished));
}

/** Reports the sessions that ended while the charger was offline (docs/zaptec-api.md, "Session tracking"). */
export function reportLateSessions(state: WorldState, device: Device): void {
  for (const finished of device.unreported.splice(0)) {
    finished.recognisedAt = state.time;
    reportCompleted(state, device, finished);
    addToHistory(state, finished);
  }
}

/** Adds a reading: on the quarter of an hour and at the end. */
export function takeReading(state: WorldState, { charger }: Device): void {
  const { session } = charger;
  const last = session?.readings.at(-1);
  if (!session || !last || last.at === state.time) return;
  session.readings.push({ at: state.time, energyKwh: session.energyKwh, meterKwh: charger.meterKwh });
}

function addToHistory(state: WorldState, finished: FinishedSession): void {
  state.history.push(finished);
  if (state.history.length > MAX_FINISHED) state.history.splice(0, MAX_FINISHED / 10);
  state.finished(finished);
}
