import type { WorldState } from '../state';
import type { Device } from '../device';
import type { Observation } from '../model';
import { decimal, general } from './values';

/** Observation -2, the only one that the cloud makes without the charger. */
const IS_ONLINE = -2;

/** The power; docs/zaptec-api.md, "Conventions", has the two forms of a number. */
const IN_GENERAL_FORM = new Set([513]);

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
  send(state, device, { chargerId: charger.id, id, at: state.time, ...(value === undefined ? {} : { value }) });
}

/** Sends an observation whose value is made when somebody reads it, and once at most. */
export function sendLater(state: WorldState, device: Device, id: number, make: () => string): void {
  if (!canSend(device, id)) return;
  let made: string | undefined;
  send(state, device, {
    chargerId: device.charger.id,
    id,
    at: state.time,
    get value() {
      return (made ??= make());
    },
  });
}

function send(state: WorldState, { charger }: Device, observation: Observation): void {
  charger.observations.set(observation.id, observation);
  state.emit(observation, charger);
}

/** Sends a measurement where it has changed by its dead band. */
export function setMeasurement(state: WorldState, device: Device, id: number, value: number, deadBand: number): void {
  const last = device.charger.observations.get(id)?.value;
  if (last !== undefined && Math.abs(Number(last) - value) < deadBand) return;
  setObservation(state, device, id, IN_GENERAL_FORM.has(id) ? general(value) : decimal(value));
}
