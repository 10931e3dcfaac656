import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSimulator, type SimulatorOptions } from '../../simulator/index';
import { coreNode, get, helper, load, type Simulator } from '../../test/support/node-red/harness';
import { VirtualClock } from '../../test/support/virtual-clock';
import type { Phases, Rules, Setpoint, Write } from './checker';

const EXAMPLES = path.join(__dirname, '../../examples');
const CORE = ['function/10-function', 'function/15-change', 'common/20-inject', 'common/90-comment'];
const VOLTS = { least: 0.96 * 230, most: 1.04 * 230 };
const MINUTE = 60_000;
const SECOND = 1_000;
/** The simulated house lives an hour ahead of UTC all year. */
const HOUSE_ZONE = 'Etc/GMT-1';
/** A subscribe node tells the states of the chargers so often, s. */
const REPORTED_S = 10;
const realNow = performance.now.bind(performance);

interface FlowNode {
  id: string;
  type: string;
  wires?: string[][];
  [property: string]: unknown;
}
type Payload = Record<string, any>;

/** The record of a simulated day. */
export interface DayRecord {
  from: number;
  until: number;
  initial: Phases;
  maxCurrent: number;
  nodes: Rules[];
  setpoints: Setpoint[];
  writes: Write[];
  /** The input of the charger nodes that send commands. */
  commands: { at: number; payload: unknown }[];
  /** Findings of the simulator's audit. */
  audit: string[];
  /** Requests of all kinds. */
  requests: number;
  /** Duration in real time, s. */
  tookS: number;
}

/**
 * Runs at each second, after the simulator has advanced and before the flow gets its input.
 * @returns the value of the meter, if it sends one
 */
export type DayScript = (second: number, simulator: Simulator, record: DayRecord) => object | undefined;

/** The nodes that the meter of an example is wired to, or else its inject node; and those that take prices. */
interface FlowInput {
  ids: string[];
  metered: boolean;
  priced: string[];
}

/**
 * Runs examples in a real Node-RED for a simulated day in which the meter sends a value every second, as fast as the
 * machine can. The flow, the client, the simulator and its audit share one clock. This file sends the values of the meter;
 * the rest of the example is unchanged.
 */
export async function runDay(
  names: readonly string[],
  seconds: number,
  stepS: number,
  script: DayScript,
  options: SimulatorOptions = {},
): Promise<DayRecord> {
  const startedAt = realNow();
  const clock = new VirtualClock();
  const simulator = await clock.until(startSimulator({ scenario: 'home', seed: 7, ...options }));
  try {
    const [site] = [...simulator.world.installations.values()];
    if (!site) throw new Error('The simulator has no installation');
    const record: DayRecord = {
      from: Date.now(),
      until: Date.now() + seconds * SECOND,
      initial: [...site.availableCurrent],
      maxCurrent: site.maxCurrent,
      nodes: [],
      setpoints: [],
      writes: [],
      commands: [],
      audit: [],
      requests: 0,
      tookS: 0,
    };
    // The clock does not advance while code is loaded from the disk.
    const { inputs, listeners } = await deploy(names, simulator, record);
    await clock.network();
    for (let second = 0; second < seconds; second += stepS) {
      simulator.world.catchUp();
      const meter = script(second, simulator, record);
      if (second % REPORTED_S === 0) sendStates(listeners, simulator);
      if (meter) sendMeter(inputs, { meter, kind: badKindAt(second, seconds), second });
      await clock.leap(stepS * SECOND);
    }
    record.writes = writesOf(simulator);
    record.audit = simulator.audit
      .report()
      .flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok).map(({ text }) => text));
    record.requests = simulator.requests.length;
    record.tookS = Math.round((realNow() - startedAt) / SECOND);
    return record;
  } finally {
    clock.restore();
    await helper.unload();
    await simulator.stop();
  }
}

async function deploy(
  names: readonly string[],
  simulator: Simulator,
  record: DayRecord,
): Promise<{ inputs: FlowInput[]; listeners: string[] }> {
  const flow = names.flatMap(
    (name) => JSON.parse(readFileSync(path.join(EXAMPLES, `${name}.json`), 'utf8')) as FlowNode[],
  );
  const nodes = new Map(flow.map((node) => [node.id, node]));
  const inputs: FlowInput[] = [];
  /** Those that a subscribe node tells what the cars take. */
  const listeners: string[] = [];
  for (const node of [...nodes.values()]) {
    if (node.type === 'zaptec-connection') Object.assign(node, { cloud: 'custom', baseUrl: simulator.baseUrl });
    if (node.type === 'inject') Object.assign(node, { once: false, repeat: '', crontab: '' });
    if ('timeZone' in node) node.timeZone = HOUSE_ZONE;
    if (node.type === 'zaptec-plan') listeners.push(node.id);
    // The push feed uses timers of real sockets; on this clock it would look dead.
    if (node.type === 'zaptec-subscribe') {
      nodes.delete(node.id);
      listeners.push(...(node.wires?.[0] ?? []).filter((id) => nodes.get(id)?.type === 'zaptec-load-guard'));
    }
    // These are for people; here the requests count.
    if (node.type === 'catch' || node.type === 'debug') nodes.delete(node.id);
    if (node.path === '/simulator/meter') inputs.push({ ids: node.wires?.[0] ?? [], metered: true, priced: [] });
  }
  if (inputs.length === 0) {
    const inject = flow.find(({ type, wires }) => type === 'inject' && (wires?.[0]?.length ?? 0) > 0);
    const priced = flow.filter(({ type }) => type === 'zaptec-plan').map(({ id }) => id);
    inputs.push({ ids: inject?.wires?.[0] ?? [], metered: false, priced });
  }
  const watched = [...nodes.values()].filter(
    ({ type, action }) => type === 'zaptec-update-current' || (type === 'zaptec-charger' && action === 'command'),
  );
  for (const { id, z, ...node } of watched) {
    if (node.type === 'zaptec-update-current') record.nodes.push(rulesOf(id, node));
    nodes.set(`to-${id}`, { id: `to-${id}`, z, type: 'helper', x: 0, y: 0, wires: [] });
    for (const { wires = [] } of nodes.values()) for (const port of wires) if (port.includes(id)) port.push(`to-${id}`);
  }
  const owner = simulator.accounts[0];
  const connections = flow.filter(({ type }) => type === 'zaptec-connection').map(({ id }) => id);
  const credentials = Object.fromEntries(
    connections.map((id) => [id, { username: owner?.username ?? '', password: owner?.password ?? '' }]),
  );
  await load([...nodes.values()], credentials, CORE.map(coreNode));
  for (const { id } of nodes.values()) removeSpies(id);
  // The log has a spy too, and Node-RED writes every message to it for its metrics.
  helper.log().restore();
  for (const { id, type, unit } of watched) {
    get(`to-${id}`).on('input', ({ payload }: Payload) => {
      if (type === 'zaptec-charger') record.commands.push({ at: Date.now(), payload });
      else record.setpoints.push({ at: Date.now(), by: id, ...inAmperes(payload, String(unit)) });
    });
  }
  return { inputs, listeners };
}

/** Removes the spies of the test helper: the recorded calls of a day take hundreds of megabytes. */
function removeSpies(id: string): void {
  const node = helper.getNode(id) as unknown as Record<string, { wrappedMethod?: unknown } | undefined> | null;
  for (const name in node) {
    const wrapped = node[name]?.wrappedMethod;
    if (wrapped) node[name] = wrapped;
  }
}

function rulesOf(by: string, { role, deadBand, cooldown, deadMan, safeValue }: Omit<FlowNode, 'id' | 'z'>): Rules {
  return {
    by,
    role: role as Rules['role'],
    deadBandA: Number(deadBand),
    cooldownMs: Number(cooldown) * SECOND,
    ...(Number(deadMan) > 0 ? { deadMan: { afterMs: Number(deadMan) * MINUTE, safeA: Number(safeValue) } } : {}),
  };
}

/** The least and the most that a value may mean in A: a power depends on the voltage of the house. */
function inAmperes(payload: Payload, unit: string): { least: Phases; most: Phases } {
  const named = String(payload['unit'] ?? unit);
  if (named === 'A') {
    const { value, phase1 = value, phase2 = value, phase3 = value } = payload;
    const currents: Phases = [phase1, phase2, phase3];
    return { least: currents, most: currents };
  }
  const watts = Number(payload['value']) * (named === 'kW' ? 1_000 : 1);
  const all = (volts: number): Phases => [watts / 3 / volts, watts / 3 / volts, watts / 3 / volts];
  return { least: all(VOLTS.most), most: all(VOLTS.least) };
}

interface Sample {
  meter: object;
  /** Which bad sample comes in its place; undefined: none. */
  kind: number | undefined;
  second: number;
}

function sendMeter(inputs: readonly FlowInput[], { meter, kind, second }: Sample): void {
  const value = kind === undefined ? meter : BAD_SAMPLES[kind]?.(meter);
  // The order changes every second.
  const order = second % 2 === 0 ? inputs : [...inputs].reverse();
  for (const { ids, metered, priced } of order) {
    if (kind !== undefined && priced.length > 0)
      for (const id of priced) get(id).receive({ payload: BAD_PRICES[kind]?.() });
    else for (const id of ids) get(id).receive({ payload: metered ? structuredClone(value) : Date.now() });
  }
}

/** What the subscribe nodes would tell of the chargers, and the account's store would have. */
function sendStates(listeners: readonly string[], { world }: Simulator): void {
  for (const { id, name, car, powerW, currents, session } of world.chargers.values()) {
    const [phase1, phase2, phase3] = powerW > 0 ? currents : [0, 0, 0];
    const mode = car ? (powerW > 0 ? 'charging' : 'requesting') : 'disconnected';
    const state = { id, name, mode, powerW, currentA: { phase1, phase2, phase3 } };
    const charged = session ? { sessionId: session.id, sessionKwh: session.energyKwh } : {};
    for (const listener of listeners) get(listener).receive({ payload: { ...state, ...charged } });
  }
}

/** One sample of each kind that a meter should not send, each at its part of the day, in the place of the good one. */
const BAD_SAMPLES: readonly ((meter: Payload) => unknown)[] = [
  () => 'unavailable',
  () => null,
  (meter) => ({ ...meter, gridW: null, currentA: { ...meter['currentA'], phase2: null } }),
  (meter) => ({ ...meter, gridW: 'NaN', currentA: { ...meter['currentA'], phase2: 'unknown' } }),
  ({ currentA: { phase1, phase3 }, time }) => ({ time, currentA: { phase1, phase3 } }),
];

/** The same for prices, in the place of those that come at that moment. */
const BAD_PRICES: readonly (() => unknown)[] = [
  () => 'unavailable',
  () => null,
  () => [{ start: new Date().toISOString(), value: null }],
  () => [{ start: new Date().toISOString(), value: 'NaN' }],
  () => [{ value: 0.2 }],
];

function badKindAt(second: number, seconds: number): number | undefined {
  const kind = BAD_SAMPLES.findIndex((_, index) => second === Math.round((seconds * (index + 1)) / 7 / 60) * 60 + 30);
  return kind < 0 ? undefined : kind;
}

function writesOf({ requests }: Simulator): Write[] {
  return requests
    .filter(({ method, path: where, status }) => method === 'POST' && where.endsWith('/update') && status !== 429)
    .map(({ at, body, status }) => {
      const fields = Object.fromEntries(
        Object.entries(body as Record<string, number>).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const of = (phase: number): number =>
        fields[`availablecurrentphase${phase}`] ?? fields['availablecurrent'] ?? Number.NaN;
      return { at, currents: [of(1), of(2), of(3)] as const, accepted: status === 200 };
    });
}
