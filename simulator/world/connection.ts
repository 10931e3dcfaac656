import { siteOf, type Core } from './state';
import { wake, type Device } from './device';
import { applyCurrent, shareSoon } from './physics/load-balancing';
import { reportAll } from './report/all';
import { tell } from './report/observation';
import { flag } from './report/values';
import { reportLateSessions } from './sessions';

/** The line to the cloud goes or comes back; then the charger tells all that has changed. */
export function setOnline(core: Core, device: Device, online: boolean): void {
  const { charger } = device;
  if (charger.online === online || charger.neverStarted) return;
  charger.online = online;
  tell(core, device, -2, flag(online));
  wake(device);
  if (online) {
    reportLateSessions(core, device);
    reportAll(core, device);
  }
  shareSoon(core, siteOf(core, device));
}

/** 102: gone for a while, and nothing flows meanwhile. */
export function restart(core: Core, device: Device, ms: number): void {
  device.restartsUntil = core.time + ms;
  setOnline(core, device, false);
  applyCurrent(device);
}

/** A restart or an upgrade that is over by now. */
export function settleRestart(core: Core, device: Device): void {
  const { charger } = device;
  if (device.restartsUntil !== undefined && device.restartsUntil <= core.time) {
    delete device.restartsUntil;
    setOnline(core, device, true);
    applyCurrent(device);
  }
  if (device.upgradedAt !== undefined && device.upgradedAt <= core.time) {
    delete device.upgradedAt;
    charger.firmware.current = charger.firmware.available;
    tell(core, device, 911, charger.firmware.current);
    tell(core, device, 916, charger.firmware.current);
  }
}
