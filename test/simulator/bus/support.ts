import { ServiceBusClient, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus';
import type { ConnectionDetails } from '../../../simulator/bus/details';
import type { SimulatorOptions } from '../../../simulator/index';
import type { Charger } from '../../../simulator/world/model';
import { Cloud } from '../rest/support';

export const connectionString = ({ Host, Port, Username, Password }: ConnectionDetails): string =>
  `Endpoint=sb://${Host}:${Port};SharedAccessKeyName=${Username};SharedAccessKey=${Password};UseDevelopmentEmulator=true`;

/** The JSON within a message, found as a careless client finds it. */
export const textOf = ({ body }: Pick<ServiceBusReceivedMessage, 'body'>): string => {
  const text = (body as Buffer).toString();
  return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
};
export const tell = (message: Pick<ServiceBusReceivedMessage, 'body'>): any => JSON.parse(textOf(message));

/** A simulator whose world stands still, and clients of its bus. */
export class BusCloud {
  readonly #clients: ServiceBusClient[] = [];

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
    const client = new ServiceBusClient(connectionString(details), { retryOptions: { maxRetries: 0 } });
    this.#clients.push(client);
    return client;
  }

  async receiver(receiveMode: 'peekLock' | 'receiveAndDelete' = 'peekLock'): Promise<ServiceBusReceiver> {
    const details = await this.details();
    return this.client(details).createReceiver(details.Topic, details.Subscription, { receiveMode });
  }

  /** Tells `count` values of observation 513, counted from `from`. */
  publish(count = 1, from = 0): void {
    for (let index = 0; index < count; index++) this.say(513, String(from + index));
  }

  say(id: number, value?: string): void {
    const { charger } = this;
    const at = this.simulator.world.now;
    this.simulator.bus.publish({ chargerId: charger.id, id, at, ...(value === undefined ? {} : { value }) }, charger);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.simulator.stop();
  }
}
