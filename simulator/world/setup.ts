import type { Core, Site } from './state';
import type { Device } from './device';
import { HOUR, MINUTE } from '../durations';
import { buildDevice, buildInstallation } from './build';
import { setOnline } from './connection';
import { inventHistory } from './past-sessions';
import { completedSession } from './completed-session';
import type { Car } from './model';
import { someCar } from './physics/car';
import { share } from './physics/load-balancing';
import { reportAll } from './report/all';
import { tell, tellAgain } from './report/observation';
import { SCENARIOS, parseScenario } from './scenarios';
import type { ChargerPlan, ScenarioPlan } from './scenarios/plan';
import { startSession } from './sessions';
import { authorise, pause, plugIn, settleMode } from './state-machine';
import { sign } from './step';
import { nextArrival, nextDeparture } from './traffic';

/** Builds the world of a scenario as it is found at its beginning. */
export function setUp(core: Core, scenario: string): void {
  const { name, ...size } = parseScenario(scenario);
  const plan = SCENARIOS[name]?.plan({ ...size, prng: core.prng.fork(0) });
  if (plan) realise(core, plan);
}

function realise(core: Core, plan: ScenarioPlan): void {
  core.houses = plan.houses;
  const begun: { device: Device; plan: ChargerPlan }[] = [];
  for (const installation of plan.installations) {
    const site = buildInstallation(core, installation);
    for (const charger of installation.chargers) begun.push({ device: add(core, site, charger), plan: charger });
  }
  inventHistory(core, plan.sessionsPerDay);
  for (const { device, plan: charger } of begun) begin(core, device, charger);
  reportLastSessions(core);
  for (const site of core.sites.values()) share(core, site);
  for (const { device, plan: charger } of begun) {
    settleMode(core, device);
    if (charger.start === 'offline') setOnline(core, device, false);
  }
}

function add(core: Core, site: Site, plan: ChargerPlan): Device {
  const circuit = site.installation.circuits[plan.circuit];
  if (!circuit) throw new Error(`circuit: ${plan.circuit} of ${site.installation.name} is missing in the scenario`);
  const device = buildDevice(core, site, circuit, plan.name, plan.model);
  if (plan.start === 'never started') {
    Object.assign(device.charger, { neverStarted: true, online: false, firmware: { current: '', available: '' } });
  }
  return device;
}

/** A started charger tells what it has to tell for the first time. */
export function start(core: Core, device: Device): void {
  const { charger, traffic } = device;
  charger.voltages = [1.257, 1.257, 1.257];
  reportAll(core, device);
  tellAgain(core, device, -1, undefined);
  sign(core, device);
  device.arrivesAt = nextArrival(traffic, core.time);
}

function begin(core: Core, device: Device, plan: ChargerPlan): void {
  if (plan.start === 'never started') return;
  start(core, device);
  if (plan.start === 'offline') delete device.arrivesAt;
  device.pinnedUntil = core.time + (plan.pinnedHours ?? 0) * HOUR;
  if (plan.start === 'free' || plan.start === 'offline') return;
  connect(core, device, plan);
}

/** A car that has been there for a while already. */
function connect(core: Core, device: Device, { start: found, car: wanted }: ChargerPlan): void {
  const { charger, traffic, installation } = device;
  const stays = Math.max(device.pinnedUntil, core.time);
  const car: Car = { ...someCar(traffic), leavesAt: nextDeparture(traffic, stays), ...wanted };
  if (found === 'full') car.charge = car.target;
  const now = core.time;
  // Some minutes to hours ago, though the charger has nothing to tell from then.
  core.time = now - Math.round(traffic.between(10 * MINUTE, 2 * HOUR));
  plugIn(core, device, car);
  if (found !== 'waiting') authorise(core, device);
  core.time = now;
  if (found === 'waiting') return;
  delete device.readyAt;
  if (!charger.session) startSession(core, device, installation.users[0]);
  if (found === 'paused') pause(core, device);
}

/** The last finished session of each charger stays in its state (`zaptec-api.md` 8.2, 8). */
function reportLastSessions(core: Core): void {
  const last = new Map(core.history.map((session) => [session.chargerId, session]));
  for (const [id, session] of last) {
    const device = core.devices.get(id);
    if (device) tell(core, device, 723, completedSession(device.charger, session));
  }
}
