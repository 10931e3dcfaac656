import type { Core } from '../state';
import type { Device } from '../device';
import { reportEnergy, reportMeasurements } from './measure';
import { reportDevice } from './device';
import { reportSettings } from './settings';
import { reportMode, reportSchedule, reportSession } from './state';

/** Everything a charger has to tell; only what has changed is told. */
export function reportAll(core: Core, device: Device): void {
  reportDevice(core, device);
  reportSettings(core, device);
  reportMode(core, device);
  reportSession(core, device);
  reportSchedule(core, device);
  reportMeasurements(core, device);
  reportEnergy(core, device);
}
