import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { openClient, type Feed, type FeedOptions, type FeedStatus, type ZaptecClient } from '../../../src/client';
import type { FeedTiming } from '../../../src/bus/timing';
import type { ChargerEvent } from '../../../src/state/events';
import type { LedgerEntry } from '../../../src/state/ledger';
import type { Change } from '../../../src/state/store';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/index';
import { VirtualClock } from '../virtual-clock';

const CLIENT_SOCKETS = 'net.client.socket';
const SERVER_SOCKETS = 'net.server.socket';
const POWER = 513;
/** So long nothing moves before it is quiet, in turns of the event loop. */
const QUIET_TURNS = 20;
const REAL_MS = 2;
const turn = setImmediate;
const realTimeout = setTimeout;

/** A world that stands still, whose bus one feed listens to in virtual time. */
export class FeedCloud {
  readonly statuses: FeedStatus[] = [];
  readonly changes: Change[] = [];
  readonly events: ChargerEvent[] = [];
  readonly sessions: LedgerEntry[] = [];
  /** When connections to the bus were opened, in ms. */
  readonly connects: number[] = [];
  client!: ZaptecClient;
  feed!: Feed;
  simulator!: Simulator;
  /** Our ends of them. */
  readonly #sockets = new Set<Socket>();
  /** Still connecting. */
  readonly #young = new Set<Socket>();
  #told = 0;
  readonly #onClient = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // Waiting for more to send takes real time.
    socket.setNoDelay();
    socket.once('connect', () => {
      if (socket.remotePort === this.simulator.amqpPort) this.#sockets.add(socket);
    });
    this.#young.add(socket);
    socket.once('connect', () => this.#young.delete(socket)).once('close', () => this.#young.delete(socket));
  };
  readonly #onServer = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.setNoDelay();
    if (socket.localPort === this.simulator.amqpPort) this.connects.push(Date.now());
  };

  private constructor(readonly clock: VirtualClock) {
    subscribe(CLIENT_SOCKETS, this.#onClient);
    subscribe(SERVER_SOCKETS, this.#onServer);
  }

  static async start(options: SimulatorOptions = {}): Promise<FeedCloud> {
    // Loading it takes real time.
    await import('@azure/service-bus');
    const cloud = new FeedCloud(new VirtualClock());
    cloud.simulator = await cloud.clock.until(startSimulator({ speed: 0, ...options }));
    cloud.client = cloud.connection();
    return cloud;
  }

  connection(role: 'owner' | 'service' | 'user' = 'owner'): ZaptecClient {
    const { username = '', password = '' } = this.simulator.accounts.find((account) => account.role === role) ?? {};
    return openClient({ baseUrl: this.simulator.baseUrl, username, password });
  }

  get site() {
    return [...this.simulator.world.installations.values()][0]!;
  }

  get charger() {
    return this.simulator.world.findCharger('Garage')!;
  }

  get now(): FeedStatus {
    return this.feed.status;
  }

  open(options: Partial<FeedOptions> = {}, timing: Partial<FeedTiming> = {}, client = this.client): Feed {
    this.feed = client.feed({ installationId: this.site.id, ...options }, { timing });
    this.feed.listen({
      status: (status) => this.statuses.push(status),
      change: (change) => this.changes.push(change),
      event: (event) => this.events.push(event),
      session: (entry) => this.sessions.push(entry),
    });
    return this.feed;
  }

  /** Lets time pass, and in each step the bus say what it has to say. */
  async pass(ms: number, stepMs = 1_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.clock.pass(Math.min(stepMs, ms - passed), stepMs);
      await this.#quiet();
    }
  }

  /** Lets time pass until it is so. */
  async until(what: string, isSo: () => boolean, withinMs = 60_000, stepMs = 100): Promise<void> {
    for (let passed = 0; !isSo(); passed += stepMs) {
      if (passed > withinMs) throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(this.statuses)}`);
      await this.pass(stepMs, stepMs);
    }
  }

  live(withinMs?: number): Promise<void> {
    return this.until('live', () => this.now.state === 'live', withinMs);
  }

  fault(name: string, on = true, more: object = {}): void {
    this.simulator.faults.set(name, { on, ...more });
  }

  /** Tells a value that was never told before. */
  say(id = POWER, value = String(++this.#told)): void {
    const at = this.simulator.world.now;
    this.simulator.bus.publish({ chargerId: this.charger.id, id, at: Math.max(at, Date.now()), value }, this.charger);
  }

  /** Says something until it comes. */
  async hears(withinMs = 60_000): Promise<void> {
    const before = this.now.received;
    await this.until(
      'a message',
      () => {
        this.say();
        return this.now.received > before;
      },
      withinMs,
      1_000,
    );
  }

  connectsBetween(from: number, until: number): number {
    return this.connects.filter((at) => at > from && at <= until).length;
  }

  get openSockets(): number {
    return [...this.#sockets].filter((socket) => !socket.destroyed).length;
  }

  /** The key that must not be seen anywhere. */
  get key(): string {
    const { simulator, site } = this;
    const bus = simulator.bus as unknown as { details(kind: string, id: string): { Password: string } };
    return bus.details('usergroup', site.supportGroupId).Password;
  }

  requests(part: string): number {
    return this.simulator.requests.filter(({ path }) => path.includes(part)).length;
  }

  /** Waits until nothing moves; what was sent may take a moment of real time where the machine is busy. */
  async #quiet(): Promise<void> {
    for (let before = -1, turns = 0; turns < QUIET_TURNS; turns += 1) {
      await new Promise((resolve) => turn(resolve));
      const moved = [...this.#sockets].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
      if (moved === before && this.#young.size === 0) continue;
      if (before >= 0) await new Promise((resolve) => realTimeout(resolve, REAL_MS));
      before = moved;
      turns = 0;
    }
  }

  async stop(): Promise<void> {
    unsubscribe(CLIENT_SOCKETS, this.#onClient);
    unsubscribe(SERVER_SOCKETS, this.#onServer);
    this.client.close();
    // The account lingers.
    await this.clock.advance(40_000);
    await this.simulator.stop();
    this.clock.restore();
  }
}
