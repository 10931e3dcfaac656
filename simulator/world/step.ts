import type { Core } from './state';
import type { Device } from './device';
import { settleRestart } from './connection';
import { HOUR, MINUTE, QUARTER } from '../durations';
import { signedReading } from './ocmf';
import { fill } from './physics/car';
import { applyCurrent, share } from './physics/load-balancing';
import { measure, reportEnergy } from './report/measure';
import { tell, tellAgain } from './report/observation';
import { takeReading } from './sessions';
import { settleMode } from './state-machine';
import { settleTraffic } from './traffic';

/** As observation 147 tells. */
const PULSE_MS = 5 * MINUTE;

/** Moves the world on to a time: what flowed until then is counted first, then what is due happens. */
export function step(core: Core, until: number): void {
  const hours = (until - core.time) / HOUR;
  for (const site of core.sites.values()) {
    for (const device of site.devices) if (device.charger.powerW > 0) count(device, hours);
  }
  core.time = until;
  const isQuarter = until % QUARTER === 0;
  for (const site of core.sites.values()) {
    for (const device of site.devices) {
      if (isQuarter && device.charger.session) takeQuarterReading(core, device);
      if (device.dueAt <= until || device.charger.powerW > 0) settle(core, device);
    }
    if (site.shareAt > until) continue;
    share(core, site);
    for (const device of site.devices) if (device.dueAt <= until) settle(core, device);
  }
}

function count({ charger }: Device, hours: number): void {
  const { car, session } = charger;
  if (!car || !session) return;
  const energyKwh = fill(car, (charger.powerW / 1000) * hours);
  session.energyKwh += energyKwh;
  charger.meterKwh += energyKwh;
}

/** A car that takes nothing adds no readings, so that a session of weeks does not outgrow a message. */
function takeQuarterReading(core: Core, device: Device): void {
  const { session } = device.charger;
  if (session && session.readings.at(-1)?.energyKwh !== session.energyKwh) takeReading(core, device);
}

function settle(core: Core, device: Device): void {
  const { charger } = device;
  if (charger.neverStarted) {
    device.dueAt = Infinity;
    return;
  }
  settleTraffic(core, device);
  settleRestart(core, device);
  settleMode(core, device);
  if (charger.powerW > 0) applyCurrent(device);
  if (charger.online) settleReports(core, device);
  device.dueAt = nextDue(core, device);
}

function settleReports(core: Core, device: Device): void {
  if (device.measureAt <= core.time) measure(core, device);
  if (device.charger.powerW > 0 && device.energyAt <= core.time) reportEnergy(core, device);
  if (device.signedAt <= core.time) sign(core, device);
  if (device.pulseAt > core.time) return;
  device.pulseAt = core.time + PULSE_MS;
  tellAgain(core, device, -1, undefined);
}

/** Observation 554, on the full interval. */
export function sign(core: Core, device: Device): void {
  const { charger } = device;
  const interval = charger.settings.meterValueInterval * 1000;
  device.signedAt = interval > 0 ? (Math.floor(core.time / interval) + 1) * interval : Infinity;
  tell(core, device, 554, signedReading(charger, { at: core.time, meterKwh: charger.meterKwh }));
}

function nextDue(core: Core, device: Device): number {
  const { charger, readyAt, newSessionAt, tagAt, restartsUntil, upgradedAt, arrivesAt, starvedAt } = device;
  // A charging car without current is watched until it gives up; one that has been given some begins.
  if (starvedAt !== undefined && charger.mode === 3) return core.time;
  const reports = charger.online ? Math.min(device.measureAt, device.signedAt, device.pulseAt) : Infinity;
  let due = Math.min(reports, charger.car?.leavesAt ?? Infinity, charger.scheduledUntil ?? Infinity);
  for (const at of [readyAt, newSessionAt, tagAt, restartsUntil, upgradedAt, arrivesAt]) {
    if (at !== undefined && at < due) due = at;
  }
  return due;
}
