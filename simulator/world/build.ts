import type { WorldState, Site } from './state';
import type { Device } from './device';
import { DAY, MINUTE, SECOND } from '../durations';
import { guid } from './guid';
import type { Charger, ChargerModel, Circuit, Installation, User } from './model';
import type { Prng } from '../prng';
import type { InstallationPlan } from './scenarios/plan';

/** docs/zaptec-api.md, "Device types". */
const PREFIXES: Record<ChargerModel, string> = { Pro: 'ZPR', Go: 'ZAP', 'Go 2': 'GPN' };
const FIRMWARE: Record<ChargerModel, string> = { Pro: '5.3.1.4', Go: '2.4.2.4', 'Go 2': '1.2.0.6' };
/** The probability of a charger with an older firmware than the available one. */
const OLD_FIRMWARE = 0.1;
const HOUR_S = 3600;
/** The settings of every new charger, but for the interval of its meter values. */
export const FACTORY_SETTINGS = {
  maxChargeCurrent: 32,
  minChargeCurrent: 6,
  maxChargePhases: 3,
  offlineChargeCurrent: -1,
  offlineChargePhase: 0,
} as const;
/** How long before the start of the world the installations were registered, ms. */
const AGE = { min: 460 * DAY, max: 900 * DAY };
/** The last charger is older than the oldest session. */
const YOUNGEST = 440 * DAY;
/** More than a charger has charged in the months of which the sessions are known, kWh. */
const CHARGED_KWH = 12_000;

export function buildInstallation(state: WorldState, plan: InstallationPlan): Site {
  const { prng } = state;
  const { circuits, users } = plan;
  const createdAt = state.time - Math.round(prng.between(AGE.min, AGE.max));
  const installation: Installation = {
    name: plan.name,
    address: plan.address,
    zipCode: plan.zipCode,
    city: plan.city,
    installationType: plan.installationType,
    networkType: plan.networkType,
    maxCurrent: plan.maxCurrent,
    availableCurrentMode: plan.availableCurrentMode,
    threeToOnePhaseSwitchCurrent: plan.threeToOnePhaseSwitchCurrent,
    authenticationRequired: plan.authenticationRequired,
    id: guid(prng),
    createdAt,
    updatedAt: state.time - Math.round(prng.between(0, 30 * DAY)),
    availableCurrent: [plan.maxCurrent, plan.maxCurrent, plan.maxCurrent],
    ...(plan.availableCurrentUnset ? { availableCurrentUnset: true } : {}),
    ...(plan.ocppCloudUrl === undefined ? {} : { ocppCloudUrl: plan.ocppCloudUrl }),
    notes: 'Simulated',
    authenticationType: 0,
    minPowerOfflineMode: false,
    messagingEnabled: true,
    supportGroupId: guid(prng),
    circuits: circuits.map((circuit): Circuit => ({ ...circuit, id: guid(prng) })),
    users: users.map((name) => buildUser(prng, name)),
  };
  const site: Site = { installation, devices: [], balanceAt: state.time, reactionAt: Infinity };
  state.installations.set(installation.id, installation);
  state.sites.set(installation.id, site);
  return site;
}

function buildUser(prng: Prng, name: string): User {
  return { id: guid(prng), name, email: `${name.toLowerCase().replaceAll(' ', '.')}@example.org` };
}

/** Registers a charger that is started and online, without a car. */
export function buildDevice(
  state: WorldState,
  site: Site,
  circuit: Circuit,
  name: string,
  model: ChargerModel,
): Device {
  const { prng } = state;
  const charger = buildCharger(state, site.installation, circuit, name, model);
  const number = state.registered;
  const device: Device = {
    charger,
    installation: site.installation,
    circuit,
    singlePhase: number % 3,
    traffic: prng.fork(2 * number),
    noise: prng.fork(2 * number + 1),
    meterAtStart: charger.meterKwh,
    phases: [true, true, true],
    pinnedUntil: 0,
    // Spread over time, so that a fleet does not send everything at once.
    pulseAt: state.time + Math.round(prng.between(0, 5 * MINUTE)),
    measureAt: state.time + Math.round(prng.between(0, 15 * MINUTE)),
    energyAt: state.time + 30 * SECOND,
    signedAt: state.time,
    dueAt: 0,
    unreported: [],
  };
  state.chargers.set(charger.id, charger);
  state.devices.set(charger.id, device);
  site.devices.push(device);
  return device;
}

function buildCharger(
  state: WorldState,
  installation: Installation,
  circuit: Circuit,
  name: string,
  model: ChargerModel,
): Charger {
  const { prng } = state;
  const available = FIRMWARE[model];
  const pro = model === 'Pro';
  return {
    id: guid(prng),
    deviceId: serial(state, model),
    name,
    installationId: installation.id,
    circuitId: circuit.id,
    model,
    deviceType: pro ? 1 : 4,
    createdAt: Math.round(prng.between(installation.createdAt, state.time - YOUNGEST)),
    pin: String(prng.integer(0, 9999)).padStart(4, '0'),
    active: true,
    online: true,
    neverStarted: false,
    standAlone: false,
    firmware: { current: prng.chance(OLD_FIRMWARE) ? available.replace(/(?<!\d)\d+$/, '1') : available, available },
    settings: { ...FACTORY_SETTINGS, meterValueInterval: pro ? HOUR_S / 4 : HOUR_S },
    local: { permanentLock: false, brightness: 0.5 },
    mode: 1,
    finalStop: false,
    authorised: false,
    allocatedA: 0,
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    powerW: 0,
    meterKwh: CHARGED_KWH + Math.round(prng.between(200, 9000) * 1000) / 1000,
    warnings: 0n,
    observations: new Map(),
  };
}

/** Unique, because the number rises with each registered charger. */
function serial(state: WorldState, model: ChargerModel): string {
  const number = 10_000 + 37 * state.registered++ + state.prng.integer(0, 36);
  return PREFIXES[model] + String(number).padStart(6, '0');
}
