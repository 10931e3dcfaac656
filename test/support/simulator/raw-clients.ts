import { BusCloud } from './bus-cloud';
import { loggedIn, RawAmqp } from './raw-amqp';

/** A simulator with clients that write their own frames. They end before it. */
export class RawClients {
  readonly #all: RawAmqp[] = [];

  private constructor(readonly bus: BusCloud) {}

  static async start(): Promise<RawClients> {
    return new RawClients(await BusCloud.start());
  }

  /** The source of messages. */
  async address(): Promise<string> {
    return `${(await this.bus.details()).Topic}/Subscriptions/default`;
  }

  /** Connected; nothing sent yet. */
  async connect(): Promise<RawAmqp> {
    return this.#keep(await RawAmqp.connect(await this.bus.details()));
  }

  /** Logged in with the key by SASL PLAIN, in a session. */
  async keyed(open: object = {}): Promise<RawAmqp> {
    return this.#keep(await loggedIn(await this.bus.details(), open));
  }

  stop(): Promise<void> {
    for (const { socket } of this.#all.splice(0)) socket.destroy();
    return this.bus.stop();
  }

  #keep(client: RawAmqp): RawAmqp {
    this.#all.push(client);
    return client;
  }
}
