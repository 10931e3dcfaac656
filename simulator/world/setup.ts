import type { WorldState, Site } from './state';
import type { Device } from './device';
import { HOUR, MINUTE } from '../durations';
import { buildDevice, buildInstallation } from './build';
import { nextLocalHour } from './house/local-day';
import { setOnline } from './connection';
import { generateHistory } from './past-sessions';
import { completedSession } from './completed-session';
import type { Car } from './model';
import { randomCar } from './physics/car';
import { balanceLoad } from './physics/load-balancing';
import { reportAll } from './report/all';
import { reportFinalEnergy } from './report/measure';
import { sendLater, sendObservation } from './report/observation';
import { SCENARIOS, parseScenario } from './scenarios';
import type { ChargerPlan, ScenarioPlan } from './scenarios/plan';
import { startSession } from './sessions';
import { authorise, pause, plugIn, applyTransitions } from './state-machine';
import { reportSignedReading } from './step';
import { nextArrival, nextDeparture } from './traffic';
import { unusualName } from './unusual-names';

/** Builds the world of a scenario in its initial state. */
export function setUp(state: WorldState, scenario: string, sessionsPerDay?: number): void {
  const { name, ...size } = parseScenario(scenario);
  const plan = SCENARIOS[name]?.plan({ ...size, prng: state.prng.fork(0) });
  if (plan) build(state, sessionsPerDay === undefined ? plan : { ...plan, sessionsPerDay });
}

function build(state: WorldState, plan: ScenarioPlan): void {
  state.houses = plan.houses;
  if (plan.begins) {
    state.time = nextLocalHour(state.time, plan.begins.hour);
    state.season = plan.begins.season;
  }
  const built: { device: Device; plan: ChargerPlan }[] = [];
  for (const installation of plan.installations) {
    const site = buildInstallation(state, installation);
    for (const charger of installation.chargers) built.push({ device: add(state, site, charger), plan: charger });
  }
  generateHistory(state, plan.sessionsPerDay);
  state.sessionsPerDay = plan.sessionsPerDay;
  for (const { device, plan: charger } of built) applyStart(state, device, charger);
  reportLastSessions(state);
  for (const site of state.sites.values()) balanceLoad(state, site);
  for (const { device, plan: charger } of built) {
    applyTransitions(state, device);
    if (charger.start === 'offline') setOnline(state, device, false);
  }
}

function add(state: WorldState, site: Site, plan: ChargerPlan): Device {
  const circuit = site.installation.circuits[plan.circuit];
  if (!circuit) throw new Error(`circuit: ${plan.circuit} of ${site.installation.name} is missing in the scenario`);
  const name = state.unusualNames ? unusualName(plan.name, state.registered) : plan.name;
  const device = buildDevice(state, site, circuit, name, plan.model);
  if (plan.start === 'never started') {
    Object.assign(device.charger, { neverStarted: true, online: false, firmware: { current: '', available: '' } });
  }
  return device;
}

/** The first reports of a started charger. */
export function start(state: WorldState, device: Device): void {
  const { charger, traffic } = device;
  charger.voltages = [1.257, 1.257, 1.257];
  reportAll(state, device);
  sendObservation(state, device, -1, undefined);
  reportSignedReading(state, device);
  device.arrivesAt = nextArrival(traffic, state.time);
}

function applyStart(state: WorldState, device: Device, plan: ChargerPlan): void {
  if (plan.start === 'never started') return;
  start(state, device);
  if (plan.start === 'offline') delete device.arrivesAt;
  device.pinnedUntil = state.time + (plan.pinnedHours ?? 0) * HOUR;
  if (plan.start === 'free' || plan.start === 'offline') return;
  connectCar(state, device, plan);
}

/** Connects a car that has been there for some time. */
function connectCar(state: WorldState, device: Device, { start: initial, car: wanted }: ChargerPlan): void {
  const { charger, traffic, installation } = device;
  const departsAfter = Math.max(device.pinnedUntil, state.time);
  const car: Car = { ...randomCar(traffic), leavesAt: nextDeparture(traffic, departsAfter), ...wanted };
  if (initial === 'full') car.charge = car.target;
  const now = state.time;
  // The car came minutes to hours ago; the charger reports nothing about that time.
  state.time = now - Math.round(traffic.between(10 * MINUTE, 2 * HOUR));
  plugIn(state, device, car);
  if (initial !== 'waiting') authorise(state, device);
  state.time = now;
  if (initial === 'waiting') return;
  delete device.readyAt;
  if (!charger.session) startSession(state, device, installation.users[0]);
  if (initial === 'paused') pause(state, device);
}

/** The state of a charger keeps its last finished session (docs/zaptec-api.md, "Session tracking"). */
function reportLastSessions(state: WorldState): void {
  const last = new Map(state.history.map((session) => [session.chargerId, session]));
  for (const [id, session] of last) {
    const device = state.devices.get(id);
    if (!device) continue;
    // A large site would sign for a second that nobody reads.
    const charger = { ...device.charger, firmware: { ...device.charger.firmware } };
    sendLater(state, device, 723, () => completedSession(charger, session));
    if (!device.charger.session) reportFinalEnergy(state, device, session.energyKwh);
  }
}
