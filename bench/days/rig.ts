import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSimulator } from '../../simulator/index';
import { coreNode, get, helper, load, type Simulator } from '../../test/support/node-red/harness';
import { VirtualClock } from '../../test/support/virtual-clock';
import type { Phases, Rules, ActionContext, Write } from './checker';

const EXAMPLES = path.join(__dirname, '../../examples');
const CORE = ['function/10-function', 'common/20-inject', 'common/90-comment'];
const VOLTS = { least: 0.96 * 230, most: 1.04 * 230 };
const MINUTE = 60_000;
const SECOND = 1_000;
const realNow = performance.now.bind(performance);

interface FlowNode {
  id: string;
  type: string;
  wires?: string[][];
  [property: string]: unknown;
}
type Sent = Record<string, any>;

/** What a simulated time has left behind. */
export interface Lived {
  from: number;
  until: number;
  initial: Phases;
  maxCurrent: number;
  nodes: Rules[];
  wishes: ActionContext[];
  writes: Write[];
  /** What went into nodes that command a charger. */
  commands: { at: number; payload: unknown }[];
  /** Rules of the guidelines that were broken. */
  audit: string[];
  /** Requests of all kinds. */
  requests: number;
  /** What it took in real time, s. */
  tookS: number;
}

/**
 * What happens at each second, after the cloud has moved and before the flow hears of it.
 * @returns what the meter says, if it says anything.
 */
export type Script = (second: number, simulator: Simulator, lived: Lived) => object | undefined;

/** The ways into an example: what its meter feeds, or else what its inject does. */
interface Entrance {
  ids: string[];
  metered: boolean;
}

/**
 * Lets a real Node-RED live through a time in which its examples hear of the meter every second, as fast as the machine
 * can: the flow, the client, the simulator and its audit share one clock. The place of the meter node is taken by us; all
 * else is the example as it lies in its file.
 */
export async function live(names: readonly string[], seconds: number, stepS: number, script: Script): Promise<Lived> {
  const startedAt = realNow();
  const clock = new VirtualClock();
  const simulator = await clock.until(startSimulator({ scenario: 'home', seed: 7 }));
  try {
    const [site] = [...simulator.world.installations.values()];
    if (!site) throw new Error('the world has no installation');
    const lived: Lived = {
      from: Date.now(),
      until: Date.now() + seconds * SECOND,
      initial: [...site.availableCurrent],
      maxCurrent: site.maxCurrent,
      nodes: [],
      wishes: [],
      writes: [],
      commands: [],
      audit: [],
      requests: 0,
      tookS: 0,
    };
    // Time stands still while code is loaded from the disk.
    const entrances = await deploy(names, simulator, lived);
    await clock.network();
    for (let second = 0; second < seconds; second += stepS) {
      simulator.world.catchUp();
      const meter = script(second, simulator, lived);
      if (meter) feed(entrances, meter, second);
      await clock.leap(stepS * SECOND);
    }
    lived.writes = writesOf(simulator);
    lived.audit = simulator.audit
      .report()
      .flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok).map(({ text }) => text));
    lived.requests = simulator.requests.length;
    lived.tookS = Math.round((realNow() - startedAt) / SECOND);
    return lived;
  } finally {
    clock.restore();
    await helper.unload();
    await simulator.stop();
  }
}

async function deploy(names: readonly string[], simulator: Simulator, lived: Lived): Promise<Entrance[]> {
  const flow = names.flatMap(
    (name) => JSON.parse(readFileSync(path.join(EXAMPLES, `${name}.json`), 'utf8')) as FlowNode[],
  );
  const nodes = new Map(flow.map((node) => [node.id, node]));
  const entrances: Entrance[] = [];
  for (const node of [...nodes.values()]) {
    if (node.type === 'zaptec-connection') Object.assign(node, { cloud: 'custom', baseUrl: simulator.baseUrl });
    if (node.type === 'inject') Object.assign(node, { once: false, repeat: '' });
    // The feed lives on real sockets with timers of their own, which this clock would take for silence.
    if (node.type === 'zaptec-subscribe') nodes.delete(node.id);
    // Errors and what is shown are for people; here the requests tell.
    if (node.type === 'catch' || node.type === 'debug') nodes.delete(node.id);
    if (node.path === '/simulator/meter') entrances.push({ ids: node.wires?.[0] ?? [], metered: true });
  }
  if (entrances.length === 0) {
    const inject = flow.find(({ type, wires }) => type === 'inject' && (wires?.[0]?.length ?? 0) > 0);
    entrances.push({ ids: inject?.wires?.[0] ?? [], metered: false });
  }
  const watched = [...nodes.values()].filter(
    ({ type, action }) => type === 'zaptec-update-current' || (type === 'zaptec-charger' && action === 'command'),
  );
  for (const { id, z, ...node } of watched) {
    if (node.type === 'zaptec-update-current') lived.nodes.push(rulesOf(id, node));
    nodes.set(`to-${id}`, { id: `to-${id}`, z, type: 'helper', x: 0, y: 0, wires: [] });
    for (const { wires = [] } of nodes.values()) for (const port of wires) if (port.includes(id)) port.push(`to-${id}`);
  }
  const owner = simulator.accounts[0];
  const connections = flow.filter(({ type }) => type === 'zaptec-connection').map(({ id }) => id);
  const credentials = Object.fromEntries(
    connections.map((id) => [id, { username: owner?.username ?? '', password: owner?.password ?? '' }]),
  );
  await load([...nodes.values()], credentials, CORE.map(coreNode));
  for (const { id } of nodes.values()) forgetCalls(id);
  // The same for the log, to which Node-RED hands every message for its metrics.
  helper.log().restore();
  for (const { id, type, unit } of watched) {
    get(`to-${id}`).on('input', ({ payload }: Sent) => {
      if (type === 'zaptec-charger') lived.commands.push({ at: Date.now(), payload });
      else lived.wishes.push({ at: Date.now(), by: id, ...meaning(payload, String(unit)) });
    });
  }
  return entrances;
}

/** The test helper remembers every call of a node's methods, hundreds of megabytes at the end of a day. */
function forgetCalls(id: string): void {
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

/** A wish in A; where power is meant, at the voltages that a house has. */
function meaning(payload: Sent, unit: string): { least: Phases; most: Phases } {
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

function feed(entrances: readonly Entrance[], meter: object, second: number): void {
  // Who hears first changes from second to second.
  const order = second % 2 === 0 ? entrances : [...entrances].reverse();
  for (const { ids, metered } of order)
    for (const id of ids) get(id).receive({ payload: metered ? { ...meter } : Date.now() });
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
      return { at, currents: [of(1), of(2), of(3)] as const, acted: status === 200 };
    });
}
