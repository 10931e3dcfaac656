import type { WorldState } from '../state';
import { isItNet, type Device } from '../device';
import type { OperationMode } from '../model';
import { setObservation } from './observation';
import { decimal, flag } from './values';

/** Observation 702 is the voltage of the pilot line. guess: 9 V for a finished car, which only states 1 to 3 record. */
const PILOT_V: Record<OperationMode, string> = { 1: '12', 2: '9', 3: '6', 5: '9' };
/** A, what the cable can carry. */
const CABLE_A = '20';

/** Operation mode and pause (docs/zaptec-api.md, "Operation modes"). */
export function reportMode(state: WorldState, device: Device): void {
  const { charger } = device;
  setObservation(state, device, 710, String(charger.mode));
  setObservation(state, device, 718, flag(charger.finalStop));
  setObservation(state, device, 702, PILOT_V[charger.mode]);
  setObservation(state, device, 714, charger.car ? CABLE_A : '0');
  setObservation(state, device, 716, flag(charger.car !== undefined));
  reportAllocation(state, device);
}

export function reportAllocation(state: WorldState, device: Device): void {
  setObservation(state, device, 708, decimal(device.charger.allocatedA));
  setObservation(state, device, 519, String(phaseId(device)));
}

/** The session, empty where there is none, and its user, then without a value. */
export function reportSession(state: WorldState, device: Device): void {
  reportSessionId(state, device);
  reportUser(state, device);
}

export function reportSessionId(state: WorldState, device: Device): void {
  setObservation(state, device, 721, device.charger.session?.id ?? '');
}

export function reportUser(state: WorldState, device: Device): void {
  setObservation(state, device, 722, device.charger.session?.user?.id);
}

export function reportSchedule(state: WorldState, device: Device): void {
  const until = device.charger.scheduledUntil;
  // A charger that never had a schedule has no such observation.
  if (until === undefined && !device.charger.observations.has(763)) return;
  setObservation(state, device, 763, until === undefined ? undefined : new Date(until).toISOString());
}

const IT_IDS = [8, 6, 5] as const;

/** PhaseIdMap (docs/zaptec-api.md, "Enumerations"). */
function phaseId({ charger, installation, phases }: Device): number {
  if (charger.allocatedA === 0) return 0;
  const it = isItNet(installation);
  if (phases.every(Boolean)) return it ? 9 : 4;
  const index = phases[1] ? 1 : phases[2] ? 2 : 0;
  return it ? IT_IDS[index] : index + 1;
}
