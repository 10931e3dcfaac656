import type { WorldState } from './state';
import type { Device } from './device';
import { applyRestart } from './connection';
import { HOUR, MINUTE, QUARTER } from '../durations';
import { useBattery } from './house/battery';
import { readPower } from './house/meter';
import { signedReading } from './ocmf';
import { chargeBattery } from './physics/car';
import { applyCurrent, balanceLoad } from './physics/load-balancing';
import { measure, reportEnergy } from './report/measure';
import { sendLater, sendObservation } from './report/observation';
import { takeReading } from './sessions';
import { applyTransitions } from './state-machine';
import { applyTraffic } from './traffic';

/** The interval that observation 147 reports. */
const PULSE_MS = 5 * MINUTE;

/** Advances the world to a time: first the energy until then is counted, then due events happen. */
export function step(state: WorldState, until: number): void {
  const hours = (until - state.time) / HOUR;
  for (const site of state.sites.values()) {
    for (const device of site.devices) if (device.charger.powerW > 0) addEnergy(device, hours);
  }
  if (state.battery) useBattery(state.battery, lackingW(state), hours);
  state.time = until;
  const isQuarter = until % QUARTER === 0;
  for (const site of state.sites.values()) {
    for (const device of site.devices) {
      if (isQuarter && device.charger.session) takeQuarterReading(state, device);
      if (device.dueAt <= until || device.charger.powerW > 0) applyDue(state, device);
    }
    if (site.balanceAt > until) continue;
    balanceLoad(state, site);
    for (const device of site.devices) if (device.dueAt <= until) applyDue(state, device);
  }
}

/** What house and cars draw beside the sun, W; negative where sun is left. */
function lackingW(state: WorldState): number {
  const { houseW, chargersW, sunW } = readPower(state, state.time);
  return houseW + chargersW - sunW;
}

function addEnergy({ charger }: Device, hours: number): void {
  const { car, session } = charger;
  if (!car || !session) return;
  const energyKwh = chargeBattery(car, (charger.powerW / 1000) * hours);
  session.energyKwh += energyKwh;
  charger.meterKwh += energyKwh;
}

/** A car that draws nothing adds no readings, so that a session of weeks does not exceed the size of a message. */
function takeQuarterReading(state: WorldState, device: Device): void {
  const { session } = device.charger;
  if (session && session.readings.at(-1)?.energyKwh !== session.energyKwh) takeReading(state, device);
}

function applyDue(state: WorldState, device: Device): void {
  const { charger } = device;
  if (charger.neverStarted) {
    device.dueAt = Infinity;
    return;
  }
  applyTraffic(state, device);
  applyRestart(state, device);
  applyTransitions(state, device);
  if (charger.powerW > 0) applyCurrent(device);
  if (charger.online) reportDue(state, device);
  device.dueAt = nextDue(state, device);
}

function reportDue(state: WorldState, device: Device): void {
  if (device.measureAt <= state.time) measure(state, device);
  if (device.charger.powerW > 0 && device.energyAt <= state.time) reportEnergy(state, device);
  if (device.signedAt <= state.time) reportSignedReading(state, device);
  if (device.pulseAt > state.time) return;
  device.pulseAt = state.time + PULSE_MS;
  sendObservation(state, device, -1, undefined);
}

/** Reports observation 554 and schedules the next one on the full interval. */
export function reportSignedReading(state: WorldState, device: Device): void {
  const { charger } = device;
  const interval = charger.settings.meterValueInterval * 1000;
  device.signedAt = interval > 0 ? (Math.floor(state.time / interval) + 1) * interval : Infinity;
  sendLater(state, device, 554, signedReading(charger, { at: state.time, meterKwh: charger.meterKwh }));
}

function nextDue(state: WorldState, device: Device): number {
  const { charger, readyAt, newSessionAt, tagAt, restartsUntil, upgradedAt, arrivesAt, withoutCurrentSince } = device;
  // A charging car without current is checked at every step until it counts as waiting.
  if (withoutCurrentSince !== undefined && charger.mode === 3) return state.time;
  const reports = charger.online ? Math.min(device.measureAt, device.signedAt, device.pulseAt) : Infinity;
  let due = Math.min(reports, charger.car?.leavesAt ?? Infinity, charger.scheduledUntil ?? Infinity);
  for (const at of [readyAt, newSessionAt, tagAt, restartsUntil, upgradedAt, arrivesAt]) {
    if (at !== undefined && at < due) due = at;
  }
  return due;
}
