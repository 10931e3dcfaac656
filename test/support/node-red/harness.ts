import { once, type EventEmitter } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Node, NodeInitializer, NodeStatus } from 'node-red';
import helper from 'node-red-node-test-helper';
import chargerNode from '../../../nodes/charger/charger';
import connectionNode from '../../../nodes/connection/connection';
import { stopSimulators } from '../../../nodes/connection/simulator';
import doctorNode from '../../../nodes/doctor/doctor';
import installationNode from '../../../nodes/installation/installation';
import loadGuardNode from '../../../nodes/load-guard/load-guard';
import planNode from '../../../nodes/plan/plan';
import surplusNode from '../../../nodes/surplus/surplus';
import requestNode from '../../../nodes/request/request';
import sessionsNode from '../../../nodes/sessions/sessions';
import subscribeNode from '../../../nodes/subscribe/subscribe';
import updateCurrentNode from '../../../nodes/update-current/update-current';
import { startSimulator } from '../../../simulator/index';
import { acquireAccount } from '../../../src/account';
import { connection, CONNECTION_ID, type FlowNode } from './builder';

export { helper };
/** A message as a test looks at it. */
export type Message = Record<string, any>;
export type Simulator = Awaited<ReturnType<typeof startSimulator>>;
type Options = NonNullable<Parameters<typeof startSimulator>[0]>;
type Credentials = Record<string, Record<string, string>>;

/** Every node of the package. */
export const NODES = [
  connectionNode,
  installationNode,
  chargerNode,
  subscribeNode,
  updateCurrentNode,
  requestNode,
  planNode,
  doctorNode,
  sessionsNode,
  loadGuardNode,
  surplusNode,
] as unknown as NodeInitializer[];

/** A Node-RED for the tests of one `describe`, emptied after each. */
export function useNodeRed(): void {
  before(() => helper.startServer());
  // Before a test starts its simulator: the system may give that the port of one before.
  beforeEach(() => endAccounts());
  afterEach(() => helper.unload());
  after(() => new Promise<void>((resolve) => helper.stopServer(() => resolve())));
  after(() => stopSimulators());
  after(() => endAccounts());
}

/** Accounts of flows that were loaded: address and user name. */
const used = new Map<string, readonly [baseUrl: string, username: string]>();

/**
 * Ends the accounts of simulators that are gone. Each would linger for 30 s of real time and go on asking for its
 * simulator, in the virtual time of the next file at every moment: an hour of that takes minutes. And a simulator that gets
 * the port of one that is gone would meet what its account still knows and has set.
 */
async function endAccounts(): Promise<void> {
  const addresses = [...new Set([...used.values()].map(([baseUrl]) => baseUrl))];
  const gone = new Set(await Promise.all(addresses.map(async (baseUrl) => ((await answers(baseUrl)) ? '' : baseUrl))));
  for (const [key, [baseUrl, username]] of used) {
    if (!gone.has(baseUrl)) continue;
    used.delete(key);
    // Not left behind closed: a later simulator may have the same port.
    acquireAccount(baseUrl, username).release(false);
  }
}

const answers = (baseUrl: string): Promise<boolean> =>
  fetch(baseUrl, { signal: AbortSignal.timeout(5_000) }).then(
    async (answer) => {
      await answer.body?.cancel();
      return true;
    },
    () => false,
  );

/** A pretend cloud for the tests of one `describe`; ask for it inside of a test. */
export function useCloud(options: Options): () => Simulator {
  let simulator: Simulator | undefined;
  before(async () => {
    simulator = await startSimulator(options);
  });
  after(() => simulator?.stop());
  after(() => endAccounts());
  return () => {
    if (!simulator) throw new Error('the simulator is started before the tests, not while they are defined');
    return simulator;
  };
}

/** The account with a role, as credentials of the connection. */
export function accountOf(simulator: Simulator, role = 'owner'): Credentials {
  const account = simulator.accounts.find((candidate) => candidate.role === role);
  if (!account) throw new Error(`the simulator has no account with the role ${role}`);
  return { [CONNECTION_ID]: { username: account.username, password: account.password } };
}

/** The chargers of the pretend world, in the order of the lists. */
export const chargersOf = ({ world }: Simulator) => [...world.chargers.values()];

/** The first installation of the pretend world. */
export const siteOf = ({ world }: Simulator) => [...world.installations.values()][0]!;

/** Two chargers of the pretend world: at one a car charges, the other is empty. */
export function busyAndIdle(simulator: Simulator): { busy: string; idle: string } {
  const [busy, idle] = chargersOf(simulator).map(({ id }) => id) as [string, string];
  const { world } = simulator;
  for (const id of [busy, idle]) if (world.chargers.get(id)?.car) world.unplug(id);
  world.plug(busy, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
  world.authorise(busy);
  world.advance(60_000);
  if (world.chargers.get(busy)?.mode !== 3) throw new Error('the car does not charge');
  return { busy, idle };
}

/** Loads a flow whose connection leads to a simulator. */
export async function loadAt(
  simulator: Simulator,
  nodes: FlowNode[],
  { role = 'owner', over = {} }: { role?: string; over?: Parameters<typeof connection>[0] } = {},
): Promise<void> {
  const flow = [connection({ cloud: 'custom', baseUrl: simulator.baseUrl, ...over }), ...nodes];
  await load(flow, accountOf(simulator, role));
}

export async function load(nodes: FlowNode[], credentials: Credentials = {}, more: unknown[] = []): Promise<void> {
  for (const { id, type, baseUrl } of nodes) {
    const username = credentials[id]?.['username'];
    if (type !== 'zaptec-connection' || typeof baseUrl !== 'string' || !username) continue;
    if (URL.canParse(baseUrl)) used.set(`${baseUrl} ${username}`, [baseUrl, username]);
  }
  await helper.load([...NODES, ...more] as NodeInitializer[], nodes, credentials);
  dropMetrics();
}

/** Node-RED logs a metric of each message, which nobody asks for, and the helper's spy keeps a stack of each. */
function dropMetrics(): void {
  const { _log: log } = helper as unknown as {
    _log: { METRIC: number; log: (line: { level: number }) => void };
  };
  const spy = log.log;
  log.log = (line) => {
    if (line.level !== log.METRIC) spy(line);
  };
}

/** A node that must be there: the helper gives nothing for one whose constructor threw. */
export function get(id: string): Node {
  const node = helper.getNode(id) as Node | null;
  if (!node) throw new Error(`no node ${id}: ${JSON.stringify(logLines())}`);
  return node;
}

/**
 * Node-RED's types know only its own events, not those of the helper. Listeners to `input` are never removed: Node-RED
 * would leave out the next one in the round in which one goes.
 */
const emitter = (id: string): EventEmitter => get(id);

/** Hands a message to a node. */
export function send(id: string, message: object = {}): void {
  get(id).receive(message as never);
}

/** Deploys another flow over the present one. */
export async function deploy(
  nodes: FlowNode[],
  type: 'full' | 'flows' | 'nodes' = 'full',
  credentials: Credentials = {},
): Promise<void> {
  const { _events: events, _redNodes: runtime } = helper as unknown as {
    _events: EventEmitter;
    _redNodes: { setFlows(nodes: FlowNode[], credentials: Credentials, type: string): Promise<unknown> };
  };
  // The helper's own call gives up after 300 ms, which a busy computer may need.
  const started = once(events, 'flows:started');
  await runtime.setFlows(nodes, credentials, type);
  await started;
}

/** A node of Node-RED itself, to be loaded beside ours. */
export function coreNode(path: string): unknown {
  return createRequire(__filename)(`@node-red/nodes/core/${path}.js`);
}

/** The next message that arrives at a node. */
export function next(id = 'out'): Promise<Message> {
  return new Promise((resolve) => emitter(id).on('input', resolve));
}

/** The first message from now on that arrives at a node and fits. */
export function until(id: string, fits: (message: Message) => boolean): Promise<Message> {
  return new Promise((resolve) => emitter(id).on('input', (message: Message) => fits(message) && resolve(message)));
}

/** The next so many messages that arrive at a node. */
export function collect(count: number, id = 'out'): Promise<Message[]> {
  return new Promise((resolve) => {
    const messages: Message[] = [];
    emitter(id).on('input', (message: Message) => {
      messages.push(message);
      if (messages.length === count) resolve(messages);
    });
  });
}

/** Sends a message to a node and waits for what comes out; an error of the node rejects. */
export function ask(id: string, message: object = {}, out = 'out'): Promise<Message> {
  return new Promise((resolve, reject) => {
    const node = emitter(id);
    const onError = (call: { args: [Error] }) => reject(call.args[0]);
    node.once('call:error', onError);
    emitter(out).on('input', (answer: Message) => {
      node.off('call:error', onError);
      resolve(answer);
    });
    send(id, message);
  });
}

export interface Failure extends Error {
  code: string;
  cause: { name: string; status?: number; retryable: boolean; attempts: number; remedy: string };
}

/** Sends a message to a node and waits for the error that it must cause. */
export async function failing(id: string, message: object = {}): Promise<Failure> {
  return new Promise((resolve, reject) => {
    emitter(id).once('call:error', (call: { args: [Failure] }) => resolve(call.args[0]));
    emitter('out').on('input', (answer: Message) => reject(new Error(`answered: ${JSON.stringify(answer.payload)}`)));
    send(id, message);
  });
}

/** Waits until the status of a node says so. Statuses of before count as well. */
export function status(id: string, text: string | RegExp): Promise<NodeStatus> {
  const fits = (shown: NodeStatus) => (typeof text === 'string' ? shown.text === text : text.test(shown.text ?? ''));
  return new Promise((resolve) => {
    const past = statusesOf(id).find(fits);
    if (past) resolve(past);
    else onStatus(id, fits, resolve);
  });
}

/** Waits until the status of a node says so from now on. */
export function nextStatus(id: string, text: string): Promise<NodeStatus> {
  return new Promise((resolve) => onStatus(id, (shown) => shown.text === text, resolve));
}

/** Calls once, with the first status from now on that fits. */
function onStatus(id: string, fits: (shown: NodeStatus) => boolean, found: (shown: NodeStatus) => void): void {
  const node = emitter(id);
  const listener = ({ args: [shown] }: { args: [NodeStatus] }) => {
    if (!fits(shown)) return;
    node.off('call:status', listener);
    found(shown);
  };
  node.on('call:status', listener);
}

/** Every status that a node has shown. */
export function statusesOf(id: string): NodeStatus[] {
  const node = get(id) as unknown as { status: { getCalls(): { thisValue: unknown; args: [NodeStatus] }[] } };
  return node.status
    .getCalls()
    .filter(({ thisValue }) => thisValue === node)
    .map(({ args }) => args[0]);
}

/** Every line that went to the log. */
export function logLines(): { level: number; id?: string; type?: string; msg: unknown }[] {
  return helper.log().args.map(([line]: any[]) => line);
}

const SCHEMAS = join(__dirname, '../../../docs/schema');
const ajv = addFormats.default(new Ajv2020({ allErrors: true, strict: false }));
for (const file of readdirSync(SCHEMAS).filter((name) => name.endsWith('.schema.json'))) {
  ajv.addSchema(JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')) as object);
}

/** Fails with every difference between a value and a schema of docs/schema. */
export function expectSchema(name: string, value: unknown): void {
  const validate = ajv.getSchema(`${name}.schema.json`);
  if (!validate) throw new Error(`no schema ${name}`);
  if (validate(value) !== true) {
    throw new Error(`not a valid ${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value, null, 2)}`);
  }
}

/** Checks both halves of an answer. */
export function expectMessage(message: Message, payload: string): void {
  expectSchema(payload, message.payload);
  expectSchema('meta', message.zaptec);
}
