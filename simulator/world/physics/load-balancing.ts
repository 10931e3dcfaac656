import type { WorldState, Site } from '../state';
import { isSteered, type Device } from '../device';
import { reportAllocation } from '../report/state';
import { allocate, type Budget, type Demand } from './allocation';
import { requestedA } from './car';
import { setCurrents } from './electric';
import { choosePhases } from './phases';
import { SECOND } from '../../durations';

/** A; the maximum of every charger. */
const MAX_A = 32;
/**
 * ms until a change takes effect; Zaptec says that cars adjust within 5 s
 * (docs/zaptec-api.md, "Installation settings").
 */
const REACTION_MS = 2 * SECOND;
/** ms between two load balancings while cars charge, because a car requests less when it gets full. */
const REPEAT_MS = 30 * SECOND;

/** Schedules a load balancing after a change. */
export function scheduleBalancing(state: WorldState, site: Site): void {
  site.reactionAt = Math.min(site.reactionAt, state.time + REACTION_MS);
  site.balanceAt = Math.min(site.balanceAt, site.reactionAt);
}

/** Allocates the current of an installation to its chargers (docs/zaptec-api.md, "Charging current"). */
export function balanceLoad(state: WorldState, site: Site): void {
  const { installation } = site;
  site.reactionAt = Infinity;
  const asking = site.devices.filter(wantsCurrent);
  for (const device of asking) choosePhases(device);
  const steered = asking.filter(isSteered);
  const whole = perPhase(({ phase }) => Math.min(installation.availableCurrent[phase], installation.maxCurrent));
  const circuits = new Map(installation.circuits.map((c) => [c.id, perPhase(() => c.maxCurrent)]));
  reserve(site, whole, circuits);
  const shares = allocate(steered.map(demandOf), whole, circuits);
  const byDevice = new Map(steered.map((device, index) => [device, shares[index] ?? 0]));
  for (const device of site.devices) allocateTo(state, device, byDevice.get(device) ?? ownCurrent(device));
  site.balanceAt = asking.length > 0 ? state.time + REPEAT_MS : Infinity;
}

const perPhase = (of: (at: { phase: 0 | 1 | 2 }) => number): Budget => [
  of({ phase: 0 }),
  of({ phase: 1 }),
  of({ phase: 2 }),
];

/** Whether the car of a charger requests current. */
function wantsCurrent({ charger, restartsUntil, readyAt }: Device): boolean {
  if (!charger.car || !charger.session || !charger.authorised || charger.finalStop || restartsUntil !== undefined)
    return false;
  if (charger.scheduledUntil !== undefined || readyAt !== undefined) return false;
  return requestedA(charger.car) > 0;
}

function demandOf(device: Device): Demand {
  const { charger, phases, circuit } = device;
  const { priority } = charger;
  return {
    phases,
    requestedA: maxA(device),
    minA: minA(device),
    ...(priority ? { prioritisedA: priority.current ?? 0 } : {}),
    circuitId: circuit.id,
    since: charger.session?.startedAt ?? 0,
  };
}

/** A; by the standard no car can charge with less than 6 A, whatever the setting. */
const minA = ({ charger }: Device): number => Math.max(6, charger.settings.minChargeCurrent);

/** A; the lower limit of charger and car. A car that reduces its current is offered the next whole ampere. */
function maxA(device: Device): number {
  const { car, settings } = device.charger;
  const taken = car ? Math.max(minA(device), Math.ceil(requestedA(car))) : 0;
  return Math.min(MAX_A, settings.maxChargeCurrent, taken);
}

/** Reserves the current of offline chargers, which the cloud cannot allocate. */
function reserve(site: Site, whole: Budget, circuits: ReadonlyMap<string, Budget>): void {
  for (const device of site.devices) {
    if (device.charger.online || device.charger.standAlone || !wantsCurrent(device)) continue;
    const ampere = ownCurrent(device);
    for (const budget of [whole, circuits.get(device.circuit.id)]) {
      if (!budget) continue;
      for (const phase of [0, 1, 2] as const) {
        if (device.phases[phase]) budget[phase] = Math.max(0, budget[phase] - ampere);
      }
    }
  }
}

/**
 * The current of a charger that the cloud does not control, A: a stand-alone charger ignores the limits
 * (custom-components/zaptec, issue 366), an offline one has a limit of its own.
 */
function ownCurrent(device: Device): number {
  const { charger, installation } = device;
  if (!wantsCurrent(device) || isSteered(device)) return 0;
  const most = maxA(device);
  if (charger.standAlone) return most >= 6 ? most : 0;
  const { offlineChargeCurrent: offline, minChargeCurrent } = charger.settings;
  // guess: automatic keeps the last allocation.
  const wanted = installation.minPowerOfflineMode ? minChargeCurrent : offline < 0 ? charger.allocatedA : offline;
  const ampere = Math.min(most, wanted);
  return ampere >= 6 ? ampere : 0;
}

function allocateTo(state: WorldState, device: Device, ampere: number): void {
  const { charger } = device;
  const allocated = Math.floor(ampere * 1000) / 1000;
  if (allocated > 0) delete device.withoutCurrentSince;
  else if (wantsCurrent(device)) device.withoutCurrentSince ??= state.time;
  if (allocated === charger.allocatedA && charger.mode !== 3) return;
  const jump = Math.abs(allocated - charger.allocatedA) >= 1;
  charger.allocatedA = allocated;
  applyCurrent(device);
  if (jump) device.measureAt = Math.min(device.measureAt, state.time);
  device.dueAt = 0;
  reportAllocation(state, device);
}

/** Sets the currents: the allocated current, or less where the car requests less. */
export function applyCurrent(device: Device): void {
  const { charger } = device;
  const flows = charger.mode === 3 && charger.car !== undefined && device.restartsUntil === undefined;
  setCurrents(device, flows && charger.car ? Math.min(charger.allocatedA, requestedA(charger.car)) : 0);
}
