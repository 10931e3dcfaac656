import type { Core, Site } from './state';
import type { Device } from './device';
import { DAY, MINUTE, SECOND } from '../durations';
import { guid } from './guid';
import type { Charger, ChargerModel, Circuit, Installation, User } from './model';
import type { Prng } from '../prng';
import type { InstallationPlan } from './scenarios/plan';

/** `zaptec-api.md` 6.1. */
const PREFIXES: Record<ChargerModel, string> = { Pro: 'ZPR', Go: 'ZAP', 'Go 2': 'GPN' };
const FIRMWARE: Record<ChargerModel, string> = { Pro: '5.3.1.4', Go: '2.4.2.4', 'Go 2': '1.2.0.6' };
/** One in that many runs an older firmware than is available. */
const OLD_FIRMWARE = 0.1;
const HOUR_S = 3600;
/** Chargers and installations were registered up to that long before the world begins. */
const AGE = { least: 60 * DAY, most: 900 * DAY };

export function buildInstallation(core: Core, plan: InstallationPlan): Site {
  const { prng } = core;
  const { circuits, users } = plan;
  const createdAt = core.time - Math.round(prng.between(AGE.least, AGE.most));
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
    updatedAt: core.time - Math.round(prng.between(0, 30 * DAY)),
    availableCurrent: [plan.maxCurrent, plan.maxCurrent, plan.maxCurrent],
    authenticationType: 0,
    minPowerOfflineMode: false,
    messagingEnabled: true,
    supportGroupId: guid(prng),
    circuits: circuits.map((circuit): Circuit => ({ ...circuit, id: guid(prng) })),
    users: users.map((name) => person(prng, name)),
  };
  const site: Site = { installation, devices: [], shareAt: core.time, soonAt: Infinity };
  core.installations.set(installation.id, installation);
  core.sites.set(installation.id, site);
  return site;
}

function person(prng: Prng, name: string): User {
  return { id: guid(prng), name, email: `${name.toLowerCase().replaceAll(' ', '.')}@example.org` };
}

/** Registers a charger: started, online, without a car. */
export function buildDevice(core: Core, site: Site, circuit: Circuit, name: string, model: ChargerModel): Device {
  const { prng } = core;
  const charger = buildCharger(core, site.installation, circuit, name, model);
  const number = core.registered;
  const device: Device = {
    charger,
    installation: site.installation,
    circuit,
    singlePhase: number % 3,
    traffic: prng.fork(2 * number),
    noise: prng.fork(2 * number + 1),
    phases: [true, true, true],
    pinnedUntil: 0,
    // Spread, so that a fleet does not beat in step.
    pulseAt: core.time + Math.round(prng.between(0, 5 * MINUTE)),
    measureAt: core.time + Math.round(prng.between(0, 15 * MINUTE)),
    energyAt: core.time + 30 * SECOND,
    signedAt: core.time,
    dueAt: 0,
    unreported: [],
  };
  core.chargers.set(charger.id, charger);
  core.devices.set(charger.id, device);
  site.devices.push(device);
  return device;
}

function buildCharger(
  core: Core,
  installation: Installation,
  circuit: Circuit,
  name: string,
  model: ChargerModel,
): Charger {
  const { prng } = core;
  const available = FIRMWARE[model];
  const pro = model === 'Pro';
  return {
    id: guid(prng),
    deviceId: serial(core, model),
    name,
    installationId: installation.id,
    circuitId: circuit.id,
    model,
    deviceType: pro ? 1 : 4,
    createdAt: Math.round(prng.between(installation.createdAt, core.time - 40 * DAY)),
    pin: String(prng.whole(0, 9999)).padStart(4, '0'),
    active: true,
    online: true,
    neverStarted: false,
    standAlone: false,
    firmware: { current: prng.chance(OLD_FIRMWARE) ? available.replace(/\d+$/, '1') : available, available },
    settings: {
      maxChargeCurrent: 32,
      minChargeCurrent: 6,
      maxChargePhases: 3,
      offlineChargeCurrent: -1,
      offlineChargePhase: 0,
      meterValueInterval: pro ? HOUR_S / 4 : HOUR_S,
    },
    mode: 1,
    finalStop: false,
    authorised: false,
    allocatedA: 0,
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    powerW: 0,
    meterKwh: Math.round(prng.between(200, 9000) * 1000) / 1000,
    warnings: 0n,
    observations: new Map(),
  };
}

/** Unique, as the number goes up with each charger that is registered. */
function serial(core: Core, model: ChargerModel): string {
  const number = 10_000 + 37 * core.registered++ + core.prng.whole(0, 36);
  return PREFIXES[model] + String(number).padStart(6, '0');
}
