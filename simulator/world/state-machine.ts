import { siteOf, type WorldState } from './state';
import { wake, type Device } from './device';
import { SECOND } from '../durations';
import type { Car, OperationMode } from './model';
import { isFull } from './physics/car';
import { applyCurrent, scheduleBalancing } from './physics/load-balancing';
import { measureAtOnce } from './report/measure';
import { reportMode, reportSchedule, reportSession, reportSessionId, reportUser } from './report/state';
import { closeSession, reportCompleted, startSession } from './sessions';

/** A car asks for current that long after it may, ms. */
const READY_MS: readonly [number, number] = [2 * SECOND, 6 * SECOND];
/** Without current a charging car counts as waiting after that. guess: which mode it is then is not established. */
const WITHOUT_CURRENT_MS = 8 * SECOND;
/** guess: after a session was closed by command the next begins that long after. */
const NEXT_SESSION_MS = 5 * SECOND;

/** The table of `zaptec-api.md` 7.1. */
function setMode(state: WorldState, device: Device, mode: OperationMode): void {
  const { charger } = device;
  charger.mode = mode;
  if (mode !== 3) charger.allocatedA = mode === 2 ? charger.allocatedA : 0;
  applyCurrent(device);
  wake(device);
  reportMode(state, device);
  measureAtOnce(state, device);
  scheduleBalancing(state, siteOf(state, device));
}

const getReady = (state: WorldState, device: Device): void => {
  device.readyAt = state.time + device.traffic.between(...READY_MS);
  wake(device);
};

/** Cable in: waiting, with a session at once where nobody has to authorise. */
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

/** Authorised by tag, app or owner, or by nobody it knows. Without effect unless it waits for it. */
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

/** Cable out: the three tidings of it come in no fixed order (`zaptec-api.md` 8.2). */
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
  for (const tiding of device.traffic.shuffle(reports)) tiding();
  reportUser(state, device);
  reportSchedule(state, device);
}

/** 506. */
export function pause(state: WorldState, device: Device): void {
  device.charger.finalStop = true;
  setMode(state, device, 5);
}

/** 507; where authorisation is required, it is required again (`zaptec-api.md` 7.1). */
export function resume(state: WorldState, device: Device): void {
  const { charger, installation } = device;
  charger.finalStop = false;
  delete charger.scheduledUntil;
  charger.authorised = !installation.authenticationRequired;
  reportSchedule(state, device);
  if (charger.authorised) getReady(state, device);
  setMode(state, device, 2);
}

/** 10001: the session is closed; a car that stays has to be authorised again, or begins anew. */
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

/** What happens by itself: a car begins, gets full, or loses its current. */
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
