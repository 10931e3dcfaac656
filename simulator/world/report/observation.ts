import type { WorldState } from '../state';
import type { Device } from '../device';
import { decimal } from './values';

/** Observation -2, the only one that the cloud makes without the charger. */
const IS_ONLINE = -2;

const canSend = ({ charger }: Device, id: number): boolean =>
  !charger.neverStarted && (charger.online || id === IS_ONLINE);

/** Sends an observation where the value has changed; undefined: an observation without a value. */
export function setObservation(state: WorldState, device: Device, id: number, value: string | undefined): void {
  const last = device.charger.observations.get(id);
  if (last && last.value === value) return;
  sendObservation(state, device, id, value);
}

/** Sends an observation also where the value has not changed, such as a heartbeat. */
export function sendObservation(state: WorldState, device: Device, id: number, value: string | undefined): void {
  if (!canSend(device, id)) return;
  const { charger } = device;
  const observation = { chargerId: charger.id, id, at: state.time, ...(value === undefined ? {} : { value }) };
  charger.observations.set(id, observation);
  state.emit(observation, charger);
}

/** Sends a measurement where it has changed by its dead band. */
export function setMeasurement(state: WorldState, device: Device, id: number, value: number, deadBand: number): void {
  const last = device.charger.observations.get(id)?.value;
  if (last !== undefined && Math.abs(Number(last) - value) < deadBand) return;
  setObservation(state, device, id, decimal(value));
}
