import type { Faults } from '../faults/state';
import type { TopicKind, Topics } from './topics';

/** The answer of messagingConnectionDetails (docs/service-bus.md, "Connection details"). */
export interface ConnectionDetails {
  Type: number;
  Host: string;
  Port: number;
  UseSSL: boolean;
  Username: string;
  Password: string;
  Topic: string;
  Subscription: string;
}

const AMQP_1_0 = 0;
/** Two names of this machine, so that the host can change. */
const HOSTS = ['127.0.0.1', 'localhost'] as const;

/** Answers how a client reaches the bus. */
export class DetailsProvider {
  readonly #topics: Topics;
  readonly #faults: Faults;
  readonly #address: { port: number; tls: boolean };
  #changes = 0;

  constructor(topics: Topics, faults: Faults, address: { port: number; tls: boolean }) {
    this.#topics = topics;
    this.#faults = faults;
    this.#address = address;
  }

  of(kind: TopicKind, id: string): ConnectionDetails {
    const topic = this.#topics.open(kind, id);
    if (this.#faults.hits('bus-details-change', topic.name)) {
      this.#changes += 1;
      topic.changeKey();
    }
    return {
      Type: AMQP_1_0,
      Host: HOSTS[this.#changes % 2] ?? HOSTS[0],
      Port: this.#address.port,
      UseSSL: this.#address.tls,
      Username: topic.name,
      Password: topic.key,
      Topic: topic.name,
      Subscription: 'default',
    };
  }
}
