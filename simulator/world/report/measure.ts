import type { WorldState } from '../state';
import type { Device } from '../device';
import { MINUTE, SECOND } from '../../durations';
import { updateVoltages, setCurrents, powerOf } from '../physics/electric';
import { setObservation, setMeasurement } from './observation';
import { general } from './values';

/** The interval of currents and power while charging. */
const CHARGING_MS = 10 * SECOND;
/** guess: the interval of measurements of an idle charger. */
const IDLE_MS = 15 * MINUTE;
const ENERGY_MS = 30 * SECOND;
/** The probability that observation 553 decreases (custom-components/zaptec, issue 309). */
const DECREASE_PROBABILITY = 0.01;

const DEAD_BANDS = { volt: 1, ampere: 0.1, watt: 10, celsius: 1, percent: 2 };

/** Takes the electrical measurements (docs/zaptec-api.md, "Observations"), and schedules the next ones. */
export function measure(state: WorldState, device: Device): void {
  const { charger } = device;
  const charging = charger.powerW > 0;
  device.measureAt = state.time + (charging ? CHARGING_MS : IDLE_MS);
  updateVoltages(device);
  if (charging) charger.powerW = powerOf(device.installation, charger);
  reportMeasurements(state, device);
}

export function reportMeasurements(state: WorldState, device: Device): void {
  if (device.charger.powerW > 0) reportLoad(state, device);
  else reportIdle(state, device);
}

function reportLoad(state: WorldState, device: Device): void {
  const { charger, noise } = device;
  const [u1, u2, u3] = charger.voltages;
  const [i1, i2, i3] = charger.currents;
  const values: [id: number, value: number, band: number][] = [
    [501, u1, DEAD_BANDS.volt],
    [502, u2, DEAD_BANDS.volt],
    [503, u3, DEAD_BANDS.volt],
    [507, i1, DEAD_BANDS.ampere],
    [508, i2, DEAD_BANDS.ampere],
    [509, i3, DEAD_BANDS.ampere],
    [513, charger.powerW, DEAD_BANDS.watt],
    [201, 24 + charger.powerW / 1000, DEAD_BANDS.celsius],
    [270, noise.between(30, 31), DEAD_BANDS.percent],
  ];
  for (const [id, value, band] of values) setMeasurement(state, device, id, value, band);
}

/** An idle charger reports small values that are not zero: stekker/zaptec recorded 1.257 V, 0.022 A and 2.8 W. */
function reportIdle(state: WorldState, device: Device): void {
  const { charger, noise } = device;
  const [u1, u2, u3] = charger.voltages;
  const volts: [id: number, value: number][] = charger.car
    ? [
        [501, u1],
        [502, u2],
        [503, u3],
      ]
    : [
        [501, noise.between(1.2, 1.3)],
        [502, noise.between(1.2, 1.3)],
        [503, noise.between(1.2, 1.3)],
      ];
  for (const [id, value] of volts) setMeasurement(state, device, id, value, DEAD_BANDS.volt);
  for (const id of [507, 508, 509]) setMeasurement(state, device, id, noise.between(0.015, 0.03), DEAD_BANDS.ampere);
  setMeasurement(state, device, 513, noise.between(2.6, 3), DEAD_BANDS.watt);
  setMeasurement(state, device, 201, 22, DEAD_BANDS.celsius);
  setMeasurement(state, device, 270, noise.between(31, 32), DEAD_BANDS.percent);
}

/** Observation 553 while charging: it decreases from time to time. */
export function reportEnergy(state: WorldState, device: Device): void {
  device.energyAt = state.time + ENERGY_MS;
  const energy = device.charger.session?.energyKwh;
  if (energy === undefined) {
    // It keeps the energy of the last session; a charger without one has the observation too.
    if (!device.charger.observations.has(553)) reportFinalEnergy(state, device, 0);
    return;
  }
  const decrease = energy > 0.2 && device.noise.chance(DECREASE_PROBABILITY) ? device.noise.between(0.02, 0.1) : 0;
  setObservation(state, device, 553, general(energy - decrease));
}

/** The final energy at the end of a session, exact. */
export function reportFinalEnergy(state: WorldState, device: Device, energyKwh: number): void {
  setObservation(state, device, 553, general(energyKwh));
}

/** Measures at once when charging starts or stops. */
export function measureAtOnce(state: WorldState, device: Device): void {
  if (device.charger.powerW === 0) setCurrents(device, 0);
  measure(state, device);
}
