import type { WorldState } from '../state';
import type { Device } from '../device';
import { setObservation } from './observation';
import { decimal, flag } from './values';

/** The settings of charger and installation (docs/zaptec-api.md, "Observations"). */
export function reportSettings(state: WorldState, device: Device): void {
  const { charger, installation } = device;
  const { settings } = charger;
  const go = charger.deviceType === 4;
  const values: [id: number, value: string][] = [
    [120, flag(installation.authenticationRequired)],
    [510, decimal(settings.maxChargeCurrent)],
    [511, decimal(settings.minChargeCurrent)],
    [520, String(settings.maxChargePhases)],
    [522, String(settings.offlineChargePhase)],
    [523, decimal(settings.offlineChargeCurrent)],
    [711, flag(charger.active)],
    [712, flag(charger.standAlone)],
    [715, String(installation.networkType)],
    [800, installation.id],
    [801, 'default'],
  ];
  for (const [id, value] of values) setObservation(state, device, id, value);
  setObservation(state, device, 555, String(settings.meterValueInterval));
  if (!go) return;
  setObservation(state, device, 546, decimal(installation.maxCurrent));
  setObservation(state, device, 547, decimal(settings.maxChargeCurrent));
  setObservation(state, device, 802, charger.name);
}
