import { ServiceBusClient, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus';
import type { ConnectionDetails } from '../../../simulator/bus/connection-details';
import type { FaultSetting } from '../../../simulator/faults/setting';
import type { FaultName } from '../../../simulator/faults/table';
import type { SimulatorOptions } from '../../../simulator/index';
import type { Charger } from '../../../simulator/world/model';
import { Cloud } from './cloud';
import { RETRY } from './one-try';

export const connectionString = ({ Host, Port, Username, Password }: ConnectionDetails): string =>
  `Endpoint=sb://${Host}:${Port};SharedAccessKeyName=${Username};SharedAccessKey=${Password};UseDevelopmentEmulator=true`;

/** The JSON of a message, found by its braces, independent of the envelope. */
export const textOf = ({ body }: Pick<ServiceBusReceivedMessage, 'body'>): string => {
  const text = (body as Buffer).toString();
  return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
};
export const contentOf = (message: Pick<ServiceBusReceivedMessage, 'body'>): any => JSON.parse(textOf(message));

/** The messages and errors that a subscribed receiver has got so far. */
export interface Received {
  messages: ServiceBusReceivedMessage[];
  errors: (Error & { code?: string })[];
  values(): string[];
}

/** Resolves once the condition holds; the timeout of the test is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A simulator with a world of speed 0, and clients of its bus. */
export class BusCloud {
  readonly #clients: ServiceBusClient[] = [];
  readonly #subscriptions: { close(): Promise<void> }[] = [];

  private constructor(readonly cloud: Cloud) {}

  static async start(options: SimulatorOptions = {}): Promise<BusCloud> {
    return new BusCloud(await Cloud.start({ speed: 0, ...options }));
  }

  get simulator() {
    return this.cloud.simulator;
  }

  get charger(): Charger {
    return this.simulator.world.findCharger('Garage')!;
  }

  get site() {
    return [...this.simulator.world.installations.values()][0]!;
  }

  ask(path = `installation/${this.site.id}`): Promise<Response> {
    return this.cloud.call(`/api/${path}/messagingConnectionDetails`);
  }

  async details(path?: string): Promise<ConnectionDetails> {
    return (await this.ask(path)).json() as Promise<ConnectionDetails>;
  }

  client(details: ConnectionDetails): ServiceBusClient {
    const client = new ServiceBusClient(connectionString(details), { retryOptions: RETRY });
    this.#clients.push(client);
    return client;
  }

  async receiver(receiveMode: 'peekLock' | 'receiveAndDelete' = 'peekLock'): Promise<ServiceBusReceiver> {
    const details = await this.details();
    return this.client(details).createReceiver(details.Topic, details.Subscription, { receiveMode });
  }

  /** Subscribes like the documentation of the client, and resolves when the link is open. */
  async listen(receiveMode: 'peekLock' | 'receiveAndDelete' = 'receiveAndDelete', client?: ServiceBusClient) {
    const { Topic, Subscription, ...details } = await this.details();
    const before = this.stats.receivers;
    const own = client ?? this.client({ Topic, Subscription, ...details });
    const receiver = own.createReceiver(Topic, Subscription, { receiveMode, maxAutoLockRenewalDurationInMs: 0 });
    const received = this.subscribe(receiver);
    await until(() => this.stats.receivers > before);
    return received;
  }

  subscribe(receiver: ServiceBusReceiver): Received {
    const messages: ServiceBusReceivedMessage[] = [];
    const errors: Error[] = [];
    const handlers = {
      processMessage: async (message: ServiceBusReceivedMessage) => void messages.push(message),
      processError: async ({ error }: { error: Error }) => void errors.push(error),
    };
    this.#subscriptions.push(receiver.subscribe(handlers, { maxConcurrentCalls: 500 }));
    return { messages, errors, values: () => messages.map((message) => contentOf(message).ValueAsString as string) };
  }

  get stats() {
    return this.simulator.bus.stats();
  }

  fault(name: FaultName, setting: Partial<FaultSetting> = {}): void {
    this.cloud.fault(name, setting);
  }

  /** Publishes `count` values of observation 513, counted from `from`. */
  publish(count = 1, from = 0): void {
    for (let index = 0; index < count; index++) this.publishValue(513, String(from + index));
  }

  publishValue(id: number, value?: string): void {
    const { charger } = this;
    const at = this.simulator.world.now;
    this.simulator.bus.publish({ chargerId: charger.id, id, at, ...(value === undefined ? {} : { value }) }, charger);
  }

  async stop(): Promise<void> {
    // First of all, because a client would wait for a bus that does not answer under a fault.
    this.simulator.faults.clear();
    // Subscriptions first: a closed client leaves the long timers of its subscriptions behind.
    await withinTimeout(this.#subscriptions.map((subscription) => subscription.close()));
    await withinTimeout(this.#clients.map((client) => client.close()));
    await this.simulator.stop();
  }
}

/** Limits the wait: closing the official client may take minutes; its connection ends with the bus. */
async function withinTimeout(closes: Promise<unknown>[]): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, 3_000).unref());
  await Promise.race([Promise.allSettled(closes), patience]);
}
