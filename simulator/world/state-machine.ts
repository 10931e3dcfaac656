import { siteOf, type Core } from './state';
import { wake, type Device } from './device';
import { SECOND } from '../durations';
import type { Car, OperationMode } from './model';
import { isFull } from './physics/car';
import { applyCurrent, shareSoon } from './physics/load-balancing';
import { measureAtOnce } from './report/measure';
import { reportMode, reportSchedule, reportSession, reportSessionId, reportUser } from './report/state';
import { closeSession, reportCompleted, startSession } from './sessions';

/** A car asks for current that long after it may, ms. */
const READY_MS: readonly [number, number] = [2 * SECOND, 6 * SECOND];
/** Without current a charging car counts as waiting after that. guess: which mode it is then is not established. */
const STARVED_MS = 8 * SECOND;
/** guess: after a session was closed by command the next begins that long after. */
const NEXT_SESSION_MS = 5 * SECOND;

/** The table of `zaptec-api.md` 7.1. */
function setMode(core: Core, device: Device, mode: OperationMode): void {
  const { charger } = device;
  charger.mode = mode;
  if (mode !== 3) charger.allocatedA = mode === 2 ? charger.allocatedA : 0;
  applyCurrent(device);
  wake(device);
  reportMode(core, device);
  measureAtOnce(core, device);
  shareSoon(core, siteOf(core, device));
}

const getReady = (core: Core, device: Device): void => {
  device.readyAt = core.time + device.traffic.between(...READY_MS);
  wake(device);
};

/** Cable in: waiting, with a session at once where nobody has to authorise. */
export function plugIn(core: Core, device: Device, car: Car): void {
  const { charger, installation } = device;
  charger.car = car;
  charger.finalStop = false;
  charger.authorised = !installation.authenticationRequired;
  if (charger.authorised) {
    startSession(core, device);
    getReady(core, device);
  }
  setMode(core, device, 2);
}

/** Authorised by tag, app or owner, or by nobody it knows. Without effect unless it waits for it. */
export function authorise(core: Core, device: Device, stranger = false): void {
  const { charger, installation } = device;
  if (!charger.car || charger.authorised) return;
  charger.authorised = true;
  delete device.tagAt;
  if (!charger.session) {
    const users = installation.users;
    const user = stranger ? undefined : users[device.traffic.whole(0, Math.max(0, users.length - 1))];
    startSession(core, device, user, user && `nfc-${user.id.slice(0, 8).toUpperCase()}`);
  }
  getReady(core, device);
}

/** Cable out: the three tidings of it come in no fixed order (`zaptec-api.md` 8.2). */
export function unplug(core: Core, device: Device): void {
  const { charger } = device;
  if (!charger.car) return;
  const finished = closeSession(core, device, false);
  delete charger.car;
  delete charger.scheduledUntil;
  forgetTimers(device);
  charger.finalStop = false;
  charger.authorised = false;
  const tidings = [
    () => setMode(core, device, 1),
    () => reportSessionId(core, device),
    () => finished && reportCompleted(core, device, finished),
  ];
  for (const tiding of device.traffic.shuffle(tidings)) tiding();
  reportUser(core, device);
  reportSchedule(core, device);
}

/** 506. */
export function pause(core: Core, device: Device): void {
  device.charger.finalStop = true;
  setMode(core, device, 5);
}

/** 507; where authorisation is required, it is required again (`zaptec-api.md` 7.1). */
export function resume(core: Core, device: Device): void {
  const { charger, installation } = device;
  charger.finalStop = false;
  delete charger.scheduledUntil;
  charger.authorised = !installation.authenticationRequired;
  reportSchedule(core, device);
  if (charger.authorised) getReady(core, device);
  setMode(core, device, 2);
}

/** 10001: the session is closed; a car that stays has to be authorised again, or begins anew. */
export function deauthorise(core: Core, device: Device): void {
  const { charger, installation } = device;
  if (!charger.car) return;
  const finished = closeSession(core, device, false);
  forgetTimers(device);
  charger.finalStop = false;
  charger.authorised = !installation.authenticationRequired;
  if (charger.authorised) device.newSessionAt = core.time + NEXT_SESSION_MS;
  charger.allocatedA = 0;
  reportSession(core, device);
  if (finished) reportCompleted(core, device, finished);
  setMode(core, device, 2);
}

function forgetTimers(device: Device): void {
  delete device.readyAt;
  delete device.tagAt;
  delete device.newSessionAt;
  delete device.starvedAt;
}

/** What happens by itself: a car begins, gets full, or loses its current. */
export function settleMode(core: Core, device: Device): void {
  const { charger, restartsUntil, readyAt, newSessionAt, tagAt } = device;
  if (tagAt !== undefined && tagAt <= core.time) authorise(core, device);
  if (newSessionAt !== undefined && newSessionAt <= core.time) {
    delete device.newSessionAt;
    startSession(core, device);
    getReady(core, device);
  }
  if (readyAt !== undefined && readyAt <= core.time) {
    delete device.readyAt;
    siteOf(core, device).shareAt = core.time;
  }
  if (charger.scheduledUntil !== undefined && charger.scheduledUntil <= core.time) {
    delete charger.scheduledUntil;
    reportSchedule(core, device);
    shareSoon(core, siteOf(core, device));
  }
  if (!charger.car || charger.finalStop || restartsUntil !== undefined) return;
  if (charger.mode === 3) settleCharging(core, device, charger.car);
  else if (charger.mode === 2) settleWaiting(core, device, charger.car);
}

function settleCharging(core: Core, device: Device, car: Car): void {
  const { starvedAt, charger } = device;
  if (isFull(car)) setMode(core, device, 5);
  else if (charger.scheduledUntil !== undefined) setMode(core, device, 2);
  else if (starvedAt !== undefined && core.time - starvedAt >= STARVED_MS) setMode(core, device, 2);
}

function settleWaiting(core: Core, device: Device, car: Car): void {
  const { charger } = device;
  if (!charger.session || !charger.authorised || device.readyAt !== undefined) return;
  if (isFull(car)) setMode(core, device, 5);
  else if (charger.allocatedA > 0) setMode(core, device, 3);
}
