import type { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadSdk } from '../../src/feed/bus/sdk';
import { loadRhea } from '../../simulator/bus/rhea';
import { startSimulator } from '../../simulator/index';
import { Prng } from '../../simulator/prng';
import { BusWire } from '../support/feed/bus-wire';
import {
  catchAll,
  charger,
  connection,
  doctor,
  installation,
  loadGuard,
  placed,
  plan,
  request,
  sessions,
  sink,
  subscribe,
  surplus,
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
import { draws } from '../support/draws';

const SEQUENCES = draws(200);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** What a deploy closes lingers for 30 s. */
const LINGER_MS = 45 * SECOND;
/** The timers of an AMQP connection outlive it; by then they have run out. */
const AMQP_IDLE_MS = 150 * SECOND;
const SEED = Number(process.env['DEPLOY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Minutes after which a node that decides by itself repeats what it has decided. */
const REPEAT = 1;
/**
 * An account whose last node is gone is forgotten: it logs in and reads its lists again when a node comes back. A current
 * that two accounts set keeps its interval for each of them: the record of the last write is of one account.
 */
const NOT_JUDGED: ReadonlySet<string> = new Set(['token-reuse', 'static-data', 'current-interval']);
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
  limit: (over: object) => updateCurrent({ role: 'limit', ...over }),
  plan: (over: object) => plan({ charger: 'Garage', repeat: REPEAT, ...over }),
  guard: (over: object) => loadGuard({ repeat: REPEAT, ...over }),
  surplus: (over: object) => surplus({ repeat: REPEAT, ...over }),
  doctor: (over: object) => doctor(over),
  archive: (over: object) => sessions({ period: 'today', ...over }),
} as const satisfies Record<string, (over: object) => FlowNode>;
type Kind = keyof typeof KINDS;
const ALL = Object.keys(KINDS) as Kind[];
/** Their answers take many requests. */
const DEAR: ReadonlySet<Kind> = new Set(['doctor', 'archive']);
/** Last parts of the topics of the nodes that speak without being asked. */
const SPEAKERS: Readonly<Record<string, Kind>> = {
  charge: 'plan',
  plan: 'plan',
  limit: 'guard',
  load: 'guard',
  surplus: 'surplus',
};

/** What a node is asked in a sequence. */
function questionOf(kind: Kind, sequence: number): object {
  const amperes = 10 + (sequence % 6);
  switch (kind) {
    case 'current':
      return { payload: amperes };
    case 'limit':
      return { payload: 20 + (sequence % 3) };
    case 'plan': {
      const start = Date.now() + (sequence % 4) * HOUR;
      const prices = [0, 1, 2, 3].map((hour) => ({
        start: new Date(start + hour * HOUR).toISOString(),
        value: (sequence + hour) % 4,
      }));
      return { payload: prices };
    }
    case 'guard':
      return { payload: { phase1: amperes, phase2: sequence % 30, phase3: 1 } };
    case 'surplus':
      // A reading of the meter gets an answer only where it changes something.
      return { payload: '', mode: sequence % 2 === 0 ? 'sun' : 'fast' };
    default:
      return { payload: 'snapshot' };
  }
}

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
    return [
      { id: 'tab', type: 'tab', label: 'tab' },
      placed(sink()),
      ...catchAll().map(placed),
      ...connections,
      ...nodes,
    ];
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
  let caught: Message[];
  let attached: unknown;
  let warnings: Error[];
  let rejected: unknown[];
  let userDir: string;
  const onWarning = (warning: Error) => void warnings.push(warning);
  const onRejection = (reason: unknown) => void rejected.push(reason);

  beforeEach(async () => {
    await Promise.all([loadSdk(), loadRhea()]);
    time = new VirtualClock();
    wire = new BusWire();
    time.awaits(() => wire.isBusy);
    cloud = await time.until(startSimulator({ scenario: 'home', speed: 1 }));
    wire.watch(cloud.amqpPort);
    [received, caught, warnings, rejected] = [[], [], [], []];
    userDir = mkdtempSync(join(tmpdir(), 'zaptec-deploys-'));
    helper.settings({ userDir });
    process.on('warning', onWarning);
    process.on('unhandledRejection', onRejection);
    attached = undefined;
  });
  afterEach(async () => {
    process.off('warning', onWarning);
    process.off('unhandledRejection', onRejection);
    await time.flow(LINGER_MS);
    await cloud.stop();
    wire.close();
    time.restore();
    helper.settings({});
    rmSync(userDir, { recursive: true });
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
    get('caught').on('input', (message) => void caught.push(message));
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
  const findings = () =>
    cloud.audit
      .report()
      .flatMap(({ client, verdicts }) =>
        verdicts
          .filter(({ ok, rule }) => !ok && !NOT_JUDGED.has(rule))
          .map(({ rule, text }) => `${client.split('@', 1)[0]}: ${rule}: ${text}`),
      );
  const finished = (id: string) =>
    received.filter(({ payload }) => payload?.id === id && payload.end !== undefined && payload.event === undefined);

  const check = async (flow: EditedFlow, sequence: number) => {
    const { active } = flow;
    const tag = (kind: Kind) => `${kind} ${sequence}`;
    const asked = active.filter((kind) => !DEAR.has(kind) || sequence % 5 === 0);
    if (active.includes('surplus')) send(flow.doorOf('surplus'), { payload: 1_000 - (sequence % 8) * 1_000 });
    for (const kind of asked) {
      send(flow.doorOf(kind), { asked: tag(kind), ...questionOf(kind, sequence) });
    }
    await until(() => {
      // A query of which the account has had enough is refused.
      const answers = [...received, ...caught.filter(({ error }) => error.code === 'TOO_SOON')];
      const silent = asked.filter((kind) => !answers.some(({ asked }) => asked === tag(kind)));
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
    const speakers = received.flatMap(({ topic }) => SPEAKERS[String(topic).split('/').at(-1)!] ?? []);
    expect(active, 'who speaks is there').to.include.members(speakers);
    expect(findings(), 'the audit').to.deep.equal([]);
    expect(rejected, 'rejections that nobody handles').to.deep.equal([]);
  };

  it('leave every node answering, one receiver for a topic, no timer, and no session lost or told twice', async () => {
    const random = new Prng(SEED);
    const flow = new EditedFlow(cloud, random);
    const site = siteOf(cloud).id;
    const withoutNodes = async () => {
      await time.until(deploy([{ id: 'tab', type: 'tab', label: 'tab' }], 'full'));
      await time.flow(LINGER_MS);
      expect(cloud.bus.stats().receivers).to.equal(0);
      await time.flow(AMQP_IDLE_MS);
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
        [received, caught] = [[], []];
        await check(flow, sequence);
        if (sequence % 20 > 0) continue;
        flow.reset();
        await time.until(deploy(flow.flow, 'full', flow.credentials));
        listen();
        await time.flow(LINGER_MS);
        [received, caught] = [[], []];
        await check(flow, sequence);
        await time.flow(LINGER_MS);
        baseline ??= time.timers;
        expect(time.timers, 'timers of the same flow').to.be.at.most(baseline + 3);
      } catch (error) {
        (error as Error).message += `; ${site}, sequence ${sequence}: ${done.join(', ')}; ${JSON.stringify(
          logLines()
            .filter(({ level }) => level < 99)
            .slice(-3),
        )}`;
        throw error;
      }
    }
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).to.deep.equal([]);
    const after = await withoutNodes();
    expect(after, `timers without nodes: ${time.pending.join('\n')}`).to.be.at.most(before);
  }).timeout(240_000);
});
