import type { SimulatorClock } from '../clock';
import { parseAddress } from './addresses';
import { Topic } from './topic';

export type TopicKind = 'installation' | 'usergroup';

const SUBSCRIPTION = 'default';

/** The topics that a client has asked for; the others would only cost memory. */
export class Topics {
  readonly #options: { clock: SimulatorClock; seed: number; stalled: () => boolean };
  readonly #topics = new Map<string, Topic>();

  constructor(options: { clock: SimulatorClock; seed: number; stalled: () => boolean }) {
    this.#options = options;
  }

  /** Finds a topic, or creates it. */
  open(kind: TopicKind, id: string): Topic {
    const name = `${kind}_${id}`;
    const topic = this.#topics.get(name) ?? new Topic(name, this.#options);
    this.#topics.set(name, topic);
    topic.ensureSubscription();
    return topic;
  }

  find(kind: TopicKind, id: string): Topic | undefined {
    return this.#topics.get(`${kind}_${id}`);
  }

  /** Finds a topic by its name, in any case. */
  named(name: string): Topic | undefined {
    return this.#topics.get(name.toLowerCase());
  }

  /** Finds a topic by the address of its subscription, in any form. */
  at(address: string): Topic | undefined {
    const { topic = '', subscription } = parseAddress(address) ?? {};
    return subscription === SUBSCRIPTION ? this.named(topic) : undefined;
  }

  get all(): Topic[] {
    return [...this.#topics.values()];
  }

  get isEmpty(): boolean {
    return this.#topics.size === 0;
  }
}
