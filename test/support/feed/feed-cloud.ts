import { openClient, type Feed, type FeedOptions, type FeedStatus, type ZaptecClient } from '../../../src/client';
import { loadSdk } from '../../../src/feed/bus/sdk';
import type { FeedTiming } from '../../../src/feed/timing';
import type { ChargerEvent } from '../../../src/state/events';
import type { LedgerEntry } from '../../../src/state/ledger';
import type { Change } from '../../../src/state/store';
import { loadRhea } from '../../../simulator/bus/rhea';
import type { Bus } from '../../../simulator/bus/index';
import { startSimulator, type FaultName, type Simulator, type SimulatorOptions } from '../../../simulator/index';
import { VirtualClock } from '../virtual-clock';
import { BusWire } from './bus-wire';

const POWER = 513;

/** A simulator whose world stands still, and one feed of it in virtual time. */
export class FeedCloud {
  readonly statuses: FeedStatus[] = [];
  readonly changes: Change[] = [];
  readonly events: ChargerEvent[] = [];
  readonly sessions: LedgerEntry[] = [];
  client!: ZaptecClient;
  feed!: Feed;
  simulator!: Simulator;
  readonly clock = new VirtualClock();
  readonly #wire = new BusWire();
  #value = 0;

  private constructor() {
    this.clock.awaits(() => this.#wire.isBusy);
  }

  static async start(options: SimulatorOptions = {}): Promise<FeedCloud> {
    // Loading them takes real time.
    await Promise.all([loadSdk(), loadRhea()]);
    const cloud = new FeedCloud();
    cloud.simulator = await cloud.clock.until(startSimulator({ speed: 0, ...options }));
    cloud.#wire.watch(cloud.simulator.amqpPort);
    cloud.client = cloud.connection();
    return cloud;
  }

  connection(role: 'owner' | 'service' | 'user' = 'owner'): ZaptecClient {
    const { username = '', password = '' } = this.simulator.accounts.find((account) => account.role === role) ?? {};
    // As the nodes do.
    return openClient({ baseUrl: this.simulator.baseUrl, username, password, feedLingerMs: 30_000 });
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

  /** Time stands still while this port works, as it does for the bus itself. */
  watch(port: number): void {
    this.#wire.watch(port);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.flow(ms);
  }

  /** Lets time pass until the condition holds. */
  async until(what: string, isSo: () => boolean, withinMs = 60_000): Promise<void> {
    if (await this.clock.flow(withinMs, isSo)) return;
    throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(this.statuses)}`);
  }

  live(withinMs?: number): Promise<void> {
    return this.until('live', () => this.now.state === 'live', withinMs);
  }

  fault(name: FaultName, on = true, more: object = {}): void {
    this.simulator.faults.set(name, { on, ...more });
  }

  /** Publishes a value that was never published before. */
  publish(id = POWER, value = String(++this.#value)): void {
    const at = this.simulator.world.now;
    this.simulator.bus.publish({ chargerId: this.charger.id, id, at: Math.max(at, Date.now()), value }, this.charger);
  }

  /** Publishes a value every second until one comes. */
  async receives(withinMs = 60_000): Promise<void> {
    const before = this.now.received;
    const publishing = setInterval(() => this.publish(), 1_000);
    await this.until('a message', () => this.now.received > before, withinMs).finally(() => clearInterval(publishing));
  }

  /** When it was tried to open a connection to the bus, in ms. */
  get connects(): readonly number[] {
    return this.#wire.tries.map(({ at }) => at);
  }

  connectsBetween(from: number, until: number): number {
    return this.connects.filter((at) => at >= from && at < until).length;
  }

  get openSockets(): number {
    return this.#wire.open;
  }

  /** The key that must not be seen anywhere. */
  get key(): string {
    const { simulator, site } = this;
    return (simulator.bus as Bus).details('usergroup', site.supportGroupId).Password;
  }

  requests(part: string): number {
    return this.simulator.requests.filter(({ path }) => path.includes(part)).length;
  }

  async stop(): Promise<void> {
    this.client.close();
    // The account lingers.
    await this.pass(40_000);
    await this.simulator.stop();
    await this.until('nothing left open', () => this.openSockets === 0);
    this.#wire.close();
    this.clock.restore();
  }
}
