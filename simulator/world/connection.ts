import { siteOf, type WorldState } from './state';
import { makeDue, type Device } from './device';
import { applyCurrent, scheduleBalancing } from './physics/load-balancing';
import { reportAll } from './report/all';
import { setObservation } from './report/observation';
import { flag } from './report/values';
import { reportLateSessions } from './sessions';

/** Connects a charger to the cloud or disconnects it; once connected, the charger reports all changes. */
export function setOnline(state: WorldState, device: Device, online: boolean): void {
  const { charger } = device;
  if (charger.online === online || charger.neverStarted) return;
  charger.online = online;
  setObservation(state, device, -2, flag(online));
  makeDue(device);
  if (online) {
    reportLateSessions(state, device);
    reportAll(state, device);
  }
  scheduleBalancing(state, siteOf(state, device));
}

/** Command 102: the charger is offline for a time and does not charge. */
export function restart(state: WorldState, device: Device, ms: number): void {
  device.restartsUntil = state.time + ms;
  setOnline(state, device, false);
  applyCurrent(device);
}

/** Ends a restart or a firmware upgrade that is due. */
export function applyRestart(state: WorldState, device: Device): void {
  const { charger } = device;
  if (device.restartsUntil !== undefined && device.restartsUntil <= state.time) {
    delete device.restartsUntil;
    setOnline(state, device, true);
    applyCurrent(device);
  }
  if (device.upgradedAt !== undefined && device.upgradedAt <= state.time) {
    delete device.upgradedAt;
    charger.firmware.current = charger.firmware.available;
    setObservation(state, device, 911, charger.firmware.current);
    setObservation(state, device, 916, charger.firmware.current);
  }
}
