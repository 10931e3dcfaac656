import type { WorldState } from '../state';
import type { Device } from '../device';
import { reportEnergy, reportMeasurements } from './measure';
import { reportDevice } from './device';
import { reportSettings } from './settings';
import { reportMode, reportSchedule, reportSession } from './state';

/** Reports all observations of a charger that have changed. */
export function reportAll(state: WorldState, device: Device): void {
  reportDevice(state, device);
  reportSettings(state, device);
  reportMode(state, device);
  reportSession(state, device);
  reportSchedule(state, device);
  reportMeasurements(state, device);
  reportEnergy(state, device);
}
