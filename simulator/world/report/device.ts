import type { WorldState } from '../state';
import type { Device } from '../device';
import type { Charger } from '../model';
import { hashed } from '../../prng';
import { publicKeyOf } from '../signature';
import { sendLater, setObservation } from './observation';
import { decimal, flag } from './values';

/** MIDPublicKey */
const PUBLIC_KEY = 981;
const VARIANTS = { Pro: 'Pro', 'Go 2': 'Go2' };

/**
 * Identity and condition of a charger: the ids that a real Go answers (docs/zaptec-api.md, "Charger state"), and more
 * for a Pro.
 */
export function reportDevice(state: WorldState, device: Device): void {
  const { charger } = device;
  for (const [id, value] of common(charger)) setObservation(state, device, id, value);
  for (const [id, value] of charger.deviceType === 4 ? ofGo(charger) : ofPro(charger))
    setObservation(state, device, id, value);
  // guess: of a Go 2, which is the model that signs here; the constants name it for a Pro.
  if (charger.model === 'Go 2' && !charger.observations.has(PUBLIC_KEY))
    sendLater(state, device, PUBLIC_KEY, () => publicKeyOf(charger.deviceId));
}

type Values = [id: number, value: string][];

function common(charger: Charger): Values {
  return [
    [-3, '0'],
    [-2, flag(charger.online)],
    [1, '0'],
    [100, capabilities(charger)],
    [150, charger.deviceType === 1 ? 'LTE' : 'Wifi'],
    [151, flag(charger.local.permanentLock)],
    [153, decimal(charger.local.brightness)],
    [202, decimal(21)],
    [205, decimal(23)],
    [717, '0'],
    [751, '1'],
    [760, 'NOR'],
    [761, 'Europe/Oslo'],
    [803, '0'],
    [804, String(charger.warnings)],
    [805, '0'],
    [807, '#1 mqttUncon:0 disc:0 noc:0 op:1'],
    [808, 'simulated'],
    // Recorded answers have positive values, although the unit is dBm.
    [809, decimal(40 + Math.round(40 * fixedRandom(charger, 0)))],
    [811, '1'],
    [823, '2'],
    [908, charger.firmware.current],
    [911, charger.firmware.current],
    [952, mac(charger, 1)],
    [960, digits(charger, '24201', 15)],
    [962, digits(charger, '894708', 20)],
    [963, digits(charger, '86', 15)],
  ];
}

function ofGo(charger: Charger): Values {
  return [
    [145, '900'],
    [147, '300'],
    [157, 'simulated-hub.azure-devices.example'],
    [158, '0ne00000000'],
    [160, '0'],
    [204, decimal(22)],
    [206, decimal(24)],
    [207, decimal(24)],
    [220, decimal(26)],
    [221, decimal(31)],
    [544, '1'],
    [545, '0'],
    [548, '4'],
    [703, '0'],
    [705, '0'],
    [733, '0'],
    [749, '1'],
    [815, '1'],
    [909, '0'],
    [916, charger.firmware.current],
    [917, '3'],
    [918, '4'],
  ];
}

function ofPro(charger: Charger): Values {
  return [
    [154, '0'],
    [155, '0'],
    [156, 'api.zaptec.example'],
    [170, '0'],
    [203, decimal(85)],
    // No table of constants has it.
    [268, '0'],
    [719, '0'],
    [725, ''],
    [813, '0'],
    [814, '0'],
    [820, decimal(Math.round(5000 * fixedRandom(charger, 2)))],
    [821, decimal(Math.round(5000 * fixedRandom(charger, 2)))],
    [909, '1.0.2'],
    [912, '2016.05'],
    [913, '1.4'],
    [950, mac(charger, 3)],
    [970, '7'],
  ];
}

/**
 * Observation 100. Recorded is that of a Go (docs/zaptec-api.md, "Observations"). guess: the values of the other models,
 * and `ProductVariant`, by which evcc knows a Go 2.
 */
function capabilities({ model }: Charger): string {
  return JSON.stringify({
    CommunicationModes: ['LTE', 'WiFi'],
    DeviceType: model === 'Pro' ? 'Pro' : 'Go',
    MeterCalibrated: model === 'Go 2',
    OcppVersions: ['V1_6'],
    ...(model === 'Go' ? {} : { PhaseBalancing: model === 'Pro', ProductVariant: VARIANTS[model] }),
    SchemaVersion: '2.1',
  });
}

/** A number from 0 to 1 that is always the same for a charger. */
const fixedRandom = ({ id }: Charger, index: number): number => hashed(parseInt(id.slice(0, 8), 16), index);

function mac(charger: Charger, index: number): string {
  const tail = Math.floor(fixedRandom(charger, index) * 0x1000000);
  return (`94a40c${tail.toString(16).padStart(6, '0')}`.match(/../g) ?? []).join(':');
}

function digits(charger: Charger, head: string, length: number): string {
  const tail = Math.floor(fixedRandom(charger, length) * 1e9);
  return (
    head +
    String(tail)
      .padStart(length - head.length, '0')
      .slice(0, length - head.length)
  );
}
