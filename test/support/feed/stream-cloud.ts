import { loadSdk } from '../../../src/feed/bus/sdk';
import type { BusDetails } from '../../../src/feed/bus/details';
import { decodeEnvelope } from '../../../src/feed/bus/envelope';
import type { FeedTransport } from '../../../src/feed/types';
import { Stream, type CheckResult } from '../../../src/feed/bus/stream';
import { TIMING } from '../../../src/feed/timing';
import { loadRhea } from '../../../simulator/bus/rhea';
import type { Bus } from '../../../simulator/bus/index';
import { startSimulator, type Simulator } from '../../../simulator/index';
import { VirtualClock } from '../virtual-clock';
import { BusWire } from './bus-wire';

const POWER = 513;

/** A simulated bus, and one stream in virtual time that reaches it as a test says. */
export class StreamCloud {
  readonly clock = new VirtualClock();
  readonly wire = new BusWire();
  /** Code or, without one, kind of each state. */
  readonly changes: string[] = [];
  readonly values: number[] = [];
  /** How often the details were loaded. */
  loads = 0;
  simulator!: Simulator;
  stream!: Stream;
  readonly #endings: (() => unknown)[] = [];

  private constructor() {
    this.clock.awaits(() => this.wire.isBusy);
  }

  static async start(): Promise<StreamCloud> {
    await Promise.all([loadSdk(), loadRhea()]);
    const cloud = new StreamCloud();
    cloud.simulator = await cloud.clock.until(startSimulator({ speed: 0 }));
    cloud.wire.watch(cloud.simulator.amqpPort);
    return cloud;
  }

  /** @param changed what differs from the details of the bus. */
  open(changed: Partial<BusDetails>, transport: FeedTransport = 'auto'): void {
    const { id } = [...this.simulator.world.installations.values()][0]!;
    const load = (): BusDetails => {
      this.loads += 1;
      const {
        Host: host,
        Port: port,
        Username: keyName,
        ...more
      } = (this.simulator.bus as Bus).details('installation', id);
      const { Password: key, Topic: topic, Subscription: subscription } = more;
      return { host, port, plain: true, keyName, key, topic, subscription, ...changed };
    };
    const onMessage = (body: unknown) => void this.values.push(Number(decodeEnvelope(body)?.valueAsString));
    const context = {
      load: () => Promise.resolve(load()),
      receivers: [{ onMessage }],
      check: () => Promise.resolve<CheckResult>('quiet'),
    };
    const found = { source: { kind: 'installation' as const, id }, details: load() };
    const { idleMs } = TIMING;
    const stream = new Stream(found, context, { transport, idleMs, timing: TIMING });
    stream.listen(() => this.changes.push(stream.state.error?.code ?? stream.state.kind));
    this.stream = stream;
  }

  /** Publishes numbers from 0 on. */
  publish(count: number): void {
    const charger = this.simulator.world.findCharger('Garage')!;
    const at = this.simulator.world.now;
    for (let n = 0; n < count; n += 1) {
      this.simulator.bus.publish({ chargerId: charger.id, id: POWER, at, value: String(n) }, charger);
    }
  }

  async pass(ms: number): Promise<void> {
    await this.clock.flow(ms);
  }

  async until(what: string, isSo: () => boolean, withinMs = 60_000): Promise<void> {
    if (await this.clock.flow(withinMs, isSo)) return;
    throw new Error(`not within ${withinMs} ms: ${what}; ${this.changes.join()}`);
  }

  /** When it was tried to connect to a port, in ms. */
  triesAt(port: number): number[] {
    return this.wire.tries.filter((each) => each.port === port).map(({ at }) => at);
  }

  endWith(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  async stop(): Promise<void> {
    this.stream.close();
    await this.clock.until(this.stream.ended);
    for (const end of this.#endings) await end();
    await this.simulator.stop();
    await this.until('nothing left open', () => this.wire.open === 0);
    this.wire.close();
    this.clock.restore();
  }
}
