import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventEmitter } from 'node:events';
import { loadRhea } from '../../simulator/bus/rhea';
import { startSimulator } from '../../simulator/index';
import { loadSdk } from '../../src/feed/bus/sdk';
import { BusWire } from '../../test/support/feed/bus-wire';
import {
  catchAll,
  charger,
  connection,
  CONNECTION_ID,
  flow,
  installation,
  loadGuard,
  plan,
  request,
  sessions,
  sink,
  subscribe,
  surplus,
  updateCurrent,
  type FlowNode,
} from '../../test/support/node-red/builder';
import {
  chargersOf,
  get,
  helper,
  load,
  send,
  statusesOf,
  type Message,
  type Simulator,
} from '../../test/support/node-red/harness';
import { VirtualClock } from '../../test/support/virtual-clock';
import { statesWrong, type KnownCharger } from '../node-red-soak/judgement';
import type { Home, Trouble } from './troubles';
import { HEALINGS, type Healing, type Row } from './row';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SETTLE_MS = 3 * MINUTE;
/** How long each trouble lasts. */
const LASTS_MS = 6 * MINUTE;
const ROUND_MS = 20 * SECOND;
/** What is not healed by then counts as not healed. */
export const LIMIT_MS = 3 * 3_600 * SECOND;
const LINGER_MS = 45 * SECOND;
/** Where the server does not answer, a request is waited for so long in real time. */
const SHORT_PATIENCE_MS = 150;
const CAR = { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 } as const;

const bound = { connection: CONNECTION_ID };
const live = [['out'], ['feed']];
const NODES: readonly FlowNode[] = [
  charger({ id: 'state', action: 'state', target: 'installation' }),
  charger({ id: 'list', action: 'list' }),
  installation({ id: 'hierarchy', action: 'hierarchy', installation: 'Home' }),
  charger({ id: 'command', action: 'command', charger: 'Garage' }),
  charger({
    id: 'update',
    action: 'update',
    charger: 'Carport',
    maxChargeCurrent: 'payload',
    maxChargeCurrentType: 'msg',
  }),
  sessions({ id: 'archive', period: 'today' }),
  request({ id: 'request', path: 'path', pathType: 'msg' }),
  updateCurrent({ id: 'solar' }),
  loadGuard({ id: 'guard', ...bound, repeat: 1 }),
  surplus({ id: 'surplus', ...bound, grid: 'payload.gridW', repeat: 1 }),
  plan({ id: 'plan', ...bound, charger: 'Garage', repeat: 1 }),
  subscribe({ id: 'snapshots', emit: 'snapshots', wires: live }),
  subscribe({ id: 'ended', emit: 'sessions', wires: [['sessions'], ['feed']] }),
  sink('feed'),
  sink('sessions'),
  ...catchAll(),
];
const WATCHED = [CONNECTION_ID, ...NODES.flatMap(({ id, type }) => (type.startsWith('zaptec-') ? [id] : []))];

type Seen = Pick<Row, 'statuses' | 'codes' | 'feed' | 'healedS'>;

/** Node-RED, the cloud and a computer, in virtual time, for one trouble. */
export class VirtualHome implements Home {
  readonly time = new VirtualClock();
  readonly userDir = mkdtempSync(join(tmpdir(), 'zaptec-healing-'));
  cloud!: Simulator;
  readonly #wire = new BusWire();
  readonly #feed: Message[] = [];
  readonly #codes: string[] = [];
  readonly #finished = new Set<string>();
  readonly #answers = new Map<string, Message | 'failed'>();
  #asked = 0;

  static async open(): Promise<VirtualHome> {
    await Promise.all([loadSdk(), loadRhea()]);
    const home = new VirtualHome();
    home.time.awaits(() => home.#wire.isBusy);
    home.cloud = await home.time.until(startSimulator({ scenario: 'home' }));
    home.#wire.watch(home.cloud.amqpPort);
    helper.settings({ userDir: home.userDir });
    const { username, password } = home.cloud.accounts[0]!;
    await home.time.until(load(home.#nodes(), { [CONNECTION_ID]: { username, password } }));
    home.#listen();
    return home;
  }

  #nodes(): FlowNode[] {
    return [connection({ cloud: 'custom', baseUrl: this.cloud.baseUrl }), ...flow([...NODES])];
  }

  #listen(): void {
    get('out').on('input', (message: Message) => {
      if (message.asked !== undefined) this.#answers.set(String(message.asked), message);
    });
    get('feed').on('input', (message: Message) => void this.#feed.push(message));
    get('sessions').on('input', ({ payload }: Message) => void this.#finished.add(String(payload?.id)));
    get('caught').on('input', ({ asked, error }: Message) => {
      this.#codes.push(String(error.code));
      if (asked !== undefined) this.#answers.set(String(asked), 'failed');
    });
  }

  async password(password: string): Promise<void> {
    const { _events: events, _redNodes: redNodes } = helper as unknown as {
      _events: EventEmitter;
      _redNodes: { setFlows(nodes: FlowNode[], credentials: object, type: string): Promise<unknown> };
    };
    const { username } = this.cloud.accounts[0]!;
    const credentials = { [CONNECTION_ID]: { username, password } };
    const nodes = this.#nodes().map((node) =>
      node.id === CONNECTION_ID ? { ...node, credentials: credentials[CONNECTION_ID] } : node,
    );
    await this.time.until(
      new Promise<void>((resolve, reject) => {
        events.once('flows:started', () => resolve());
        redNodes.setFlows(nodes, credentials, 'nodes').catch(reject);
      }),
    );
  }

  /** Lets a trouble come and go. */
  async suffer(trouble: Trouble): Promise<Seen> {
    const { world } = this.cloud;
    const [garage, carport] = chargersOf(this.cloud);
    world.unplug(carport!.id);
    await this.time.flow(SETTLE_MS, () => this.#isLive);
    await this.#rounds(MINUTE);
    this.#codes.length = this.#feed.length = 0;
    if (trouble.isSilent) this.time.patienceMs = SHORT_PATIENCE_MS;
    await trouble.begin(this);
    await this.#rounds(LASTS_MS / 3);
    const session = garage!.session?.id;
    world.unplug(garage!.id);
    await this.#rounds(LASTS_MS / 3);
    world.plug(carport!.id, CAR);
    await this.#rounds(LASTS_MS / 3);
    const seen = {
      statuses: this.#statuses(),
      codes: [...this.#codes],
      feed: this.#feed.map(({ payload }) => [payload.state, payload.code].filter(Boolean).join(' ')),
    };
    await trouble.end?.(this);
    this.time.patienceMs = 10_000;
    return { ...seen, healedS: await this.#healed(session) };
  }

  get #isLive(): boolean {
    return this.cloud.bus.stats().topics.some(({ receivers }) => receivers === 1);
  }

  #statuses(): string[] {
    return WATCHED.flatMap((id) => statusesOf(id).map(({ text }) => text ?? '')).filter((text) => text !== '');
  }

  /** A flow at work: reads, commands, currents, the meter and the prices. */
  async #rounds(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += ROUND_MS) {
      const round = (this.#asked += 1);
      send('state', { refresh: true });
      send('list');
      send('hierarchy');
      send('command', { payload: round % 2 === 0 ? 'pause' : 'resume' });
      send('solar', { payload: 8 + (round % 4) });
      if (round % 3 === 0) send('archive');
      if (round % 3 === 1) send('update', { payload: 10 + (round % 5) });
      await this.#feedStrategies();
      await this.time.flow(ROUND_MS);
    }
  }

  /** As an HTTP request node of a flow does it. */
  async #feedStrategies(): Promise<void> {
    const read = async (path: string) => (await this.cloud.fetch(new Request(`${this.cloud.baseUrl}${path}`))).json();
    const hand = (path: string, ids: readonly string[]) =>
      void read(path).then(
        (payload) => ids.forEach((id) => send(id, { payload })),
        () => undefined,
      );
    hand('/simulator/meter', ['guard', 'surplus']);
    hand('/simulator/prices', ['plan']);
    await this.time.network();
  }

  /** @returns s until each thing is right for the first time. */
  async #healed(session: string | undefined): Promise<Record<Healing, number | undefined>> {
    const startedAt = performance.now();
    const healed: Partial<Record<Healing, number | undefined>> = {};
    for (;;) {
      const passed = performance.now() - startedAt;
      const { calls, states } = await this.#probe(healed.calls === undefined);
      const right: Record<Healing, boolean> = {
        calls,
        states,
        push: this.#isLive && this.#feed.at(-1)?.payload.state !== 'polling',
        session: session === undefined || this.#finished.has(session),
      };
      for (const healing of HEALINGS) {
        if (right[healing]) healed[healing] ??= passed / SECOND;
        else if (healing !== 'session') healed[healing] = undefined;
      }
      if (HEALINGS.every((healing) => right[healing]) || passed > LIMIT_MS) break;
      await this.time.flow(passed < 3 * MINUTE ? 2 * SECOND : passed < 20 * MINUTE ? 20 * SECOND : MINUTE);
    }
    return Object.fromEntries(HEALINGS.map((healing) => [healing, healed[healing]])) as Record<
      Healing,
      number | undefined
    >;
  }

  /** @param withCall whether to call the cloud, of which there are only some calls in a minute */
  async #probe(withCall: boolean): Promise<{ calls: boolean; states: boolean }> {
    const probe = (this.#asked += 1);
    const tags = { state: `state ${probe}`, request: `request ${probe}` };
    send('state', { asked: tags.state });
    // No cache has the answer.
    const user = `00000000-0000-4000-8000-${String(probe).padStart(12, '0')}`;
    if (withCall) send('request', { asked: tags.request, path: `/api/chargehistory?UserId=${user}` });
    const answerOf = (tag: string) => this.#answers.get(tag);
    const isAnswered = () => answerOf(tags.state) !== undefined && (!withCall || answerOf(tags.request) !== undefined);
    await this.time.flow(2 * MINUTE, isAnswered);
    const state = answerOf(tags.state);
    const isRight = (answer: Message | 'failed' | undefined) => answer !== undefined && answer !== 'failed';
    const chargers = chargersOf(this.cloud).map(({ id, name, mode, online, finalStop: paused }) => ({
      id,
      name,
      mode,
      online,
      paused,
    }));
    const known = state === undefined || state === 'failed' ? undefined : (state.payload as KnownCharger[]);
    return {
      calls: isRight(state) && (!withCall || isRight(answerOf(tags.request))),
      states: statesWrong({ chargers }, known).length === 0,
    };
  }

  async close(): Promise<void> {
    this.time.patienceMs = SHORT_PATIENCE_MS;
    await this.time.until(helper.unload());
    await this.time.flow(LINGER_MS);
    await this.cloud.stop();
    this.#wire.close();
    this.time.restore();
    helper.settings({});
    rmSync(this.userDir, { recursive: true, force: true });
  }
}
