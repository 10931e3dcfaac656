import { siteOf, type WorldState } from './state';
import { makeDue, type Device } from './device';
import { SECOND } from '../durations';
import type { Car, OperationMode } from './model';
import { isFull } from './physics/car';
import { applyCurrent, scheduleBalancing } from './physics/load-balancing';
import { measureAtOnce } from './report/measure';
import { reportMode, reportSchedule, reportSession, reportSessionId, reportUser } from './report/state';
import { closeSession, reportCompleted, startSession } from './sessions';

/** ms after which a car requests current once it may charge, from and to. */
const READY_MS: readonly [number, number] = [2 * SECOND, 6 * SECOND];
/** ms without current after which a charging car counts as waiting. guess: the mode is not known. */
const WITHOUT_CURRENT_MS = 8 * SECOND;
/** guess: ms between a session that a command closed and the next one. */
const NEXT_SESSION_MS = 5 * SECOND;

/** Changes the operation mode; the transitions are those of docs/zaptec-api.md, "State machine". */
function setMode(state: WorldState, device: Device, mode: OperationMode): void {
  const { charger } = device;
  charger.mode = mode;
  if (mode !== 3) charger.allocatedA = mode === 2 ? charger.allocatedA : 0;
  applyCurrent(device);
  makeDue(device);
  reportMode(state, device);
  measureAtOnce(state, device);
  scheduleBalancing(state, siteOf(state, device));
}

const getReady = (state: WorldState, device: Device): void => {
  device.readyAt = state.time + device.traffic.between(...READY_MS);
  makeDue(device);
};

/** A cable is plugged in: the charger waits, and a session starts at once where no authorisation is required. */
export function plugIn(state: WorldState, device: Device, car: Car): void {
  const { charger, installation } = device;
  charger.car = car;
  charger.finalStop = false;
  charger.authorised = !installation.authenticationRequired;
  if (charger.authorised) {
    startSession(state, device);
    getReady(state, device);
  }
  setMode(state, device, 2);
}

/** Authorises a charger that waits for it, by one of the users or anonymously. */
export function authorise(state: WorldState, device: Device, anonymous = false): void {
  const { charger, installation } = device;
  if (!charger.car || charger.authorised) return;
  charger.authorised = true;
  delete device.tagAt;
  if (!charger.session) {
    const users = installation.users;
    const user = anonymous ? undefined : users[device.traffic.integer(0, Math.max(0, users.length - 1))];
    startSession(state, device, user, user && `nfc-${user.id.slice(0, 8).toUpperCase()}`);
  }
  getReady(state, device);
}

/** The cable is unplugged: the three reports of it come in no fixed order (docs/zaptec-api.md, "Session tracking"). */
export function unplug(state: WorldState, device: Device): void {
  const { charger } = device;
  if (!charger.car) return;
  const finished = closeSession(state, device, false);
  delete charger.car;
  delete charger.scheduledUntil;
  forgetTimers(device);
  charger.finalStop = false;
  charger.authorised = false;
  const reports = [
    () => setMode(state, device, 1),
    () => reportSessionId(state, device),
    () => finished && reportCompleted(state, device, finished),
  ];
  for (const report of device.traffic.shuffle(reports)) report();
  reportUser(state, device);
  reportSchedule(state, device);
}

/** Command 506. */
export function pause(state: WorldState, device: Device): void {
  device.charger.finalStop = true;
  setMode(state, device, 5);
}

/** Command 507; where authorisation is required, it is required again (docs/zaptec-api.md, "State machine"). */
export function resume(state: WorldState, device: Device): void {
  const { charger, installation } = device;
  charger.finalStop = false;
  delete charger.scheduledUntil;
  charger.authorised = !installation.authenticationRequired;
  reportSchedule(state, device);
  if (charger.authorised) getReady(state, device);
  setMode(state, device, 2);
}

/** Command 10001 closes the session; a car that stays needs a new authorisation, or starts a new session. */
export function deauthorise(state: WorldState, device: Device): void {
  const { charger, installation } = device;
  if (!charger.car) return;
  const finished = closeSession(state, device, false);
  forgetTimers(device);
  charger.finalStop = false;
  charger.authorised = !installation.authenticationRequired;
  if (charger.authorised) device.newSessionAt = state.time + NEXT_SESSION_MS;
  charger.allocatedA = 0;
  reportSession(state, device);
  if (finished) reportCompleted(state, device, finished);
  setMode(state, device, 2);
}

function forgetTimers(device: Device): void {
  delete device.readyAt;
  delete device.tagAt;
  delete device.newSessionAt;
  delete device.withoutCurrentSince;
}

/** Applies the transitions that need no command: a car begins to charge, gets full, or loses its current. */
export function applyTransitions(state: WorldState, device: Device): void {
  const { charger, restartsUntil, readyAt, newSessionAt, tagAt } = device;
  if (tagAt !== undefined && tagAt <= state.time) authorise(state, device);
  if (newSessionAt !== undefined && newSessionAt <= state.time) {
    delete device.newSessionAt;
    startSession(state, device);
    getReady(state, device);
  }
  if (readyAt !== undefined && readyAt <= state.time) {
    delete device.readyAt;
    siteOf(state, device).balanceAt = state.time;
  }
  if (charger.scheduledUntil !== undefined && charger.scheduledUntil <= state.time) {
    delete charger.scheduledUntil;
    reportSchedule(state, device);
    scheduleBalancing(state, siteOf(state, device));
  }
  if (!charger.car || charger.finalStop || restartsUntil !== undefined) return;
  if (charger.mode === 3) applyChargingTransition(state, device, charger.car);
  else if (charger.mode === 2) applyWaitingTransition(state, device, charger.car);
}

function applyChargingTransition(state: WorldState, device: Device, car: Car): void {
  const { withoutCurrentSince, charger } = device;
  if (isFull(car)) setMode(state, device, 5);
  else if (charger.scheduledUntil !== undefined) setMode(state, device, 2);
  else if (withoutCurrentSince !== undefined && state.time - withoutCurrentSince >= WITHOUT_CURRENT_MS)
    setMode(state, device, 2);
}

function applyWaitingTransition(state: WorldState, device: Device, car: Car): void {
  const { charger } = device;
  if (!charger.session || !charger.authorised || device.readyAt !== undefined) return;
  if (isFull(car)) setMode(state, device, 5);
  else if (charger.allocatedA > 0) setMode(state, device, 3);
}
