import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults/state';
import { checkHosts } from '../host-names';
import type { Charger, Observation } from '../world/model';
import type { World } from '../world/world';
import { Prng } from '../prng';
import type { Certificate } from '../tls/certificate';
import { Broker } from './broker';
import { Cbs } from './cbs';
import { DetailsProvider, type ConnectionDetails } from './connection-details';
import { Publisher } from './publisher';
import { Sockets } from './sockets';
import { statsOf, type BusStats } from './stats';
import { Transports } from './transport';
import { BusFaults } from './bus-faults';
import { Topics, type TopicKind } from './topics';

/** The bus draws from a random stream of its own. */
const STREAM = 0xb05;

/** The message bus of the simulated cloud. */
export interface Bus {
  readonly port: number;
  stats(): BusStats;
  /** How a client reaches a topic. Creates the subscription of the topic where it is missing. */
  details(kind: TopicKind, id: string): ConnectionDetails;
  /** Publishes an observation as if the world had changed; for benches and tests. */
  publish(observation: Observation, charger: Charger): void;
  /** Closes all connections at once. May be called again. */
  stop(): Promise<void>;
}

interface BusOptions {
  world: World;
  clock: SimulatorClock;
  faults: Faults;
  /** 0: any free one. */
  port: number;
  /** Serves TLS too, on the same port. */
  certificate?: Certificate | undefined;
  /** Names under which WebSockets may be opened, beside those of the loopback address. */
  hostNames: readonly string[];
}

/** Listens on the loopback address only. Rejects where the port is in use, or where certificate and key do not fit. */
export async function startBus(options: BusOptions): Promise<Bus> {
  const { world, clock, faults, port: wanted, certificate, hostNames } = options;
  const { seed } = world;
  const topics = new Topics({ clock, seed, stalled: () => faults.isOn('bus-stall') });
  const publisher = new Publisher({ topics, faults, clock, world, prng: new Prng(seed).fork(STREAM) });
  const cbs = new Cbs(topics, clock, faults);
  const broker: Broker = new Broker(topics, cbs, () => busFaults.linkRefusal());
  const sockets: Sockets = new Sockets(
    new Transports(certificate, checkHosts(hostNames)),
    (socket) => broker.serve(socket),
    () => !faults.hits('bus-cut'),
  );
  const busFaults: BusFaults = new BusFaults(faults, topics, sockets, publisher);
  const port = await sockets.listen(wanted);
  const details = new DetailsProvider(topics, faults, { port, tls: certificate !== undefined });
  const removeListeners = [
    world.onObservation((observation, charger) => publisher.publish(observation, charger)),
    faults.onChange((name) => busFaults.onFaultChange(name)),
  ];
  return {
    port,
    stats: () => statsOf(topics, sockets.size, publisher.stolen),
    details: (kind, id) => details.of(kind, id),
    publish: (observation, charger) => publisher.publish(observation, charger),
    stop: () => {
      for (const stop of removeListeners) stop();
      publisher.stop();
      for (const topic of topics.all) topic.stop();
      return sockets.stop();
    },
  };
}
