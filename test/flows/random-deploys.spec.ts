import type { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { loadSdk } from '../../src/feed/bus/sdk';
import { loadRhea } from '../../simulator/bus/rhea';
import { startSimulator } from '../../simulator/index';
import { Prng } from '../../simulator/prng';
import { BusWire } from '../support/feed/bus-wire';
import {
  charger,
  connection,
  installation,
  placed,
  request,
  sink,
  subscribe,
  updateCurrent,
  type FlowNode,
} from '../support/node-red/builder';
import {
  chargersOf,
  get,
  helper,
  load,
  logLines,
  send,
  siteOf,
  useNodeRed,
  type Message,
  type Simulator,
} from '../support/node-red/harness';
import { VirtualClock } from '../support/virtual-clock';

const SEQUENCES = 200;
const SECOND = 1_000;
/** What a deploy closes lingers for 30 s. */
const LINGER_MS = 45 * SECOND;
const SEED = Number(process.env['DEPLOY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const TYPES = ['full', 'flows', 'nodes'] as const;
const CONNECTIONS = ['one', 'two'] as const;
const KINDS = {
  installation: (over: object) => installation({ action: 'get', ...over }),
  charger: (over: object) => charger({ action: 'state', charger: 'Garage', ...over }),
  request: (over: object) => request({ path: '/api/constants', ...over }),
  current: (over: object) => updateCurrent({ ...over }),
  observations: (over: object) => subscribe({ emit: 'observations', ...over }),
  events: (over: object) => subscribe({ emit: 'events', ...over }),
  sessions: (over: object) => subscribe({ emit: 'sessions', ...over }),
} as const satisfies Record<string, (over: object) => FlowNode>;
type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as Kind[];

interface Placed {
  connection: (typeof CONNECTIONS)[number];
  name: string;
  isThere: boolean;
  disabled: boolean;
  inSubflow: boolean;
}

/** A flow that a person edits. */
class EditedFlow {
  readonly nodes = new Map<Kind, Placed>();
  readonly roles = new Map<string, string>(CONNECTIONS.map((id) => [id, 'owner']));
  readonly names = new Map<string, string>(CONNECTIONS.map((id) => [id, `account ${id}`]));
  readonly #random: Prng;
  readonly #cloud: Simulator;
  #edits = 0;

  constructor(cloud: Simulator, random: Prng) {
    this.#cloud = cloud;
    this.#random = random;
    for (const kind of ALL) {
      this.nodes.set(kind, { connection: 'one', name: '', isThere: true, disabled: false, inSubflow: false });
    }
  }

  pick<T>(values: readonly T[]): T {
    return values[this.#random.integer(0, values.length - 1)]!;
  }

  /** @returns what was done, for the report of a failure. */
  edit(): string {
    this.#edits += 1;
    const kind = this.pick(ALL);
    const node = this.nodes.get(kind)!;
    const id = this.pick(CONNECTIONS);
    // No node hears of a session that ends while there is none.
    const mayGo = kind !== 'sessions';
    const edits: Record<string, () => unknown> = {
      'add or remove': () => mayGo && (node.isThere = !node.isThere),
      'disable or enable': () => mayGo && (node.disabled = !node.disabled),
      rename: () => (node.name = `name ${this.#edits}`),
      'move in or out of a subflow': () => (node.inSubflow = !node.inSubflow),
      'other connection': () => (node.connection = id),
      'other credentials': () => this.roles.set(id, this.pick(['owner', 'service'])),
      'rename the connection': () => this.names.set(id, `${id} ${this.#edits}`),
    };
    const edit = this.pick(Object.keys(edits));
    edits[edit]!();
    return `${edit}: ${edit.endsWith('credentials') || edit.endsWith('connection') ? `${kind}/${id}` : kind}`;
  }

  /** As long as all nodes are there and nothing is odd, the same things are open. */
  reset(): void {
    for (const id of CONNECTIONS) this.roles.set(id, 'owner');
    for (const node of this.nodes.values()) {
      Object.assign(node, { connection: 'one', isThere: true, disabled: false, inSubflow: false });
    }
  }

  get active(): Kind[] {
    return ALL.filter((kind) => this.nodes.get(kind)?.isThere && !this.nodes.get(kind)?.disabled);
  }

  /** Where a message to a node has to go. */
  doorOf(kind: Kind): string {
    return this.nodes.get(kind)?.inSubflow ? `instance-${kind}` : kind;
  }

  get credentials(): Record<string, Record<string, string>> {
    const account = (role?: string) => {
      const { username, password } = this.#cloud.accounts.find((one) => one.role === role)!;
      return { username, password };
    };
    return Object.fromEntries(CONNECTIONS.map((id) => [id, account(this.roles.get(id))]));
  }

  get flow(): FlowNode[] {
    const { baseUrl } = this.#cloud;
    const connections = CONNECTIONS.map((id) => ({
      ...connection({ id, name: this.names.get(id), cloud: 'custom', baseUrl }),
      // What the editor sends along, and by what Node-RED sees that they are others.
      credentials: this.credentials[id],
    }));
    const nodes = [...this.nodes].flatMap(([kind, node]) => (node.isThere ? this.#placed(kind, node) : []));
    return [{ id: 'tab', type: 'tab', label: 'tab' }, placed(sink()), ...connections, ...nodes];
  }

  #placed(kind: Kind, { connection: id, name, disabled, inSubflow }: Placed): FlowNode[] {
    const make = KINDS[kind];
    const off = disabled ? { d: true } : {};
    if (!inSubflow) return [placed(make({ id: kind, name, connection: id, wires: [['out'], ['out']], ...off }))];
    const subflow = {
      id: `subflow-${kind}`,
      type: 'subflow',
      name,
      in: [{ wires: [{ id: `inner-${kind}` }] }],
      out: [{ wires: [0, 1].map((port) => ({ id: `inner-${kind}`, port })) }],
      env: [{ name: 'CONN', type: 'zaptec-connection', value: '' }],
    };
    const inner = make({ id: `inner-${kind}`, z: subflow.id, name, connection: '${CONN}', wires: [[], []] });
    const env = [{ name: 'CONN', type: 'conf-type', value: id }];
    const instance = { id: `instance-${kind}`, type: `subflow:${subflow.id}`, z: 'tab', wires: [['out']], env, ...off };
    return [subflow, placed(inner), placed(instance)];
  }
}

describe(`${SEQUENCES} random sequences of deploys (DEPLOY_SEED=${SEED})`, () => {
  useNodeRed();
  let time: VirtualClock;
  let wire: BusWire;
  let cloud: Simulator;
  let received: Message[];
  let attached: unknown;
  let warnings: Error[];
  const onWarning = (warning: Error) => void warnings.push(warning);

  beforeEach(async () => {
    await Promise.all([loadSdk(), loadRhea()]);
    time = new VirtualClock();
    wire = new BusWire();
    time.awaits(() => wire.isBusy);
    cloud = await time.until(startSimulator({ scenario: 'home', speed: 1 }));
    wire.watch(cloud.amqpPort);
    [received, warnings] = [[], []];
    process.on('warning', onWarning);
    attached = undefined;
  });
  afterEach(async () => {
    process.off('warning', onWarning);
    await time.flow(LINGER_MS);
    await cloud.stop();
    wire.close();
    time.restore();
  });

  /** The helper would give up after 300 ms, which pass at once in virtual time. */
  const deploy = (nodes: FlowNode[], type: string, credentials: object = {}): Promise<void> => {
    const { _events: events, _redNodes: redNodes } = helper as unknown as {
      _events: EventEmitter;
      _redNodes: { setFlows(nodes: FlowNode[], credentials: object, type: string): Promise<unknown> };
    };
    return new Promise((resolve, reject) => {
      events.once('flows:started', () => resolve());
      redNodes.setFlows(nodes, credentials, type).catch(reject);
    });
  };
  const listen = () => {
    const out = get('out');
    if (out === attached) return;
    attached = out;
    out.on('input', (message) => void received.push(message));
  };
  const until = async (what: () => string | undefined, withinMs = 90 * SECOND) => {
    if (!(await time.flow(withinMs, () => what() === undefined))) throw new Error(what());
  };

  /** Ends the session at the charger, begins another, and waits until the node for sessions has reported it. */
  const endSession = async (): Promise<string> => {
    const { world } = cloud;
    const garage = chargersOf(cloud).find(({ name }) => name === 'Garage')!;
    if (!garage.session) {
      if (!garage.car) world.plug(garage.id, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
      world.authorise(garage.id);
      await until(() => (garage.session ? undefined : 'no session begins'));
    }
    const { id } = garage.session!;
    await time.flow(3 * SECOND);
    world.unplug(garage.id);
    return id;
  };
  const finished = (id: string) =>
    received.filter(({ payload }) => payload?.id === id && payload.end !== undefined && payload.event === undefined);

  const check = async (flow: EditedFlow, sequence: number) => {
    const { active } = flow;
    const tag = (kind: Kind) => `${kind} ${sequence}`;
    for (const kind of active) {
      const payload = kind === 'current' ? 10 + (sequence % 6) : 'snapshot';
      send(flow.doorOf(kind), { asked: tag(kind), payload });
    }
    await until(() => {
      const silent = active.filter((kind) => !received.some(({ asked }) => asked === tag(kind)));
      return silent.length > 0 ? `no answer: ${silent.join(', ')}` : undefined;
    });
    const topics = () => cloud.bus.stats().topics.map(({ receivers }) => receivers);
    await until(() => (Math.max(...topics()) === 1 ? undefined : `receivers by topic: ${topics().join()}`));
    const id = await endSession();
    await until(() => (finished(id).length > 0 ? undefined : `the session ${id} is lost`));
    await time.flow(2 * SECOND);
    expect(finished(id), 'the session is reported once').to.have.lengthOf(1);
    expect(Math.max(...topics()), 'receivers').to.equal(1);
    const events = received.flatMap(({ payload, zaptec }) =>
      payload?.event === undefined || payload.event.startsWith('stream')
        ? []
        : // Sessions that ended while no node asked for events have one time, that of their delivery.
          [`${zaptec.charger?.id} ${payload.event} ${zaptec.time} ${JSON.stringify(payload)}`],
    );
    expect(events.length, 'no event is reported twice').to.equal(new Set(events).size);
  };

  it('leave every node answering, one receiver for a topic, no timer, and no session lost or told twice', async () => {
    const random = new Prng(SEED);
    const flow = new EditedFlow(cloud, random);
    const site = siteOf(cloud).id;
    const withoutNodes = async () => {
      await time.until(deploy([{ id: 'tab', type: 'tab', label: 'tab' }], 'full'));
      await time.flow(LINGER_MS);
      expect(cloud.bus.stats().receivers).to.equal(0);
      return time.timers;
    };
    await time.until(load(flow.flow, flow.credentials));
    listen();
    await check(flow, 0);
    const before = await withoutNodes();
    let baseline: number | undefined;
    for (let sequence = 1; sequence <= SEQUENCES; sequence += 1) {
      const done: string[] = [];
      try {
        for (let deploys = random.integer(1, 3); deploys > 0; deploys -= 1) {
          for (let edits = random.integer(1, 2); edits > 0; edits -= 1) done.push(flow.edit());
          const type = flow.pick(TYPES);
          done.push(`deploy ${type}`);
          await time.until(deploy(flow.flow, type, flow.credentials));
          listen();
        }
        received.length = 0;
        await check(flow, sequence);
        if (sequence % 20 > 0) continue;
        flow.reset();
        await time.until(deploy(flow.flow, 'full', flow.credentials));
        listen();
        await time.flow(LINGER_MS);
        received.length = 0;
        await check(flow, sequence);
        await time.flow(LINGER_MS);
        baseline ??= time.timers;
        expect(time.timers, 'timers of the same flow').to.be.at.most(baseline + 3);
      } catch (error) {
        (error as Error).message +=
          `; ${site}, sequence ${sequence}: ${done.join(', ')}; ${JSON.stringify(logLines().slice(-3))}`;
        throw error;
      }
    }
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).to.deep.equal([]);
    expect(await withoutNodes(), 'timers without nodes').to.be.at.most(before);
  }).timeout(240_000);
});
