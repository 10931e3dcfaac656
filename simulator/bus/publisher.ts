import type { Faults } from '../faults/state';
import type { FaultName } from '../faults/table';
import type { Charger, Observation, WorldModel } from '../world/model';
import type { Prng } from '../prng';
import type { SimulatorClock } from '../clock';
import type { OutgoingMessage } from './outgoing-message';
import { DelayQueue } from './delay-queue';
import { Timestamps } from './timestamps';
import { MessageFaults } from './message-faults';
import type { Topic } from './topic';
import type { Topics } from './topics';

/** The faults that delay messages; when they end, the delayed messages come at once. */
const DELAYING_FAULTS: readonly FaultName[] = ['bus-delay', 'bus-disorder'];

/** Publishes every change of the world to the topics of the installation and of the user group. */
export class Publisher {
  readonly #topics: Topics;
  readonly #faults: Faults;
  readonly #world: Pick<WorldModel, 'installations'>;
  readonly #timestamps: Timestamps;
  readonly #messageFaults: MessageFaults;
  readonly #delayed: DelayQueue;
  #stolen = 0;
  #arrived = 0;

  constructor(options: {
    topics: Topics;
    faults: Faults;
    clock: SimulatorClock;
    prng: Prng;
    world: Pick<WorldModel, 'installations'>;
  }) {
    this.#topics = options.topics;
    this.#faults = options.faults;
    this.#world = options.world;
    this.#timestamps = new Timestamps(options.prng.fork(1));
    this.#messageFaults = new MessageFaults(options.faults, options.prng.fork(2));
    this.#delayed = new DelayQueue(options.clock);
  }

  /** The number of messages that the second consumer took. */
  get stolen(): number {
    return this.#stolen;
  }

  /** Costs almost nothing as long as no client has asked for a topic. */
  publish(observation: Observation, charger: Charger): void {
    if (this.#topics.isEmpty) return;
    const { installationId } = charger;
    const groupId = this.#world.installations.get(installationId)?.supportGroupId ?? '';
    const topics = [this.#topics.find('installation', installationId), this.#topics.find('usergroup', groupId)].filter(
      (topic) => topic?.subscription !== undefined,
    );
    if (topics.length === 0) return;
    const { deviceId, deviceType, id: chargerId } = charger;
    const { id: stateId, value, at } = observation;
    const content = { deviceId, deviceType, chargerId, stateId, timestamp: this.#timestamps.write(at), value };
    for (const topic of topics) {
      if (!topic) continue;
      const name = `${topic.name} ${deviceId} ${chargerId} ${stateId}`;
      for (const { message, delayMs } of this.#messageFaults.apply(content, name)) {
        if (delayMs > 0) this.#delayed.add(delayMs, () => this.#enqueue(topic, message, name));
        else this.#enqueue(topic, message, name);
      }
    }
  }

  /** Call this when a fault was switched. */
  onFaultChange(): void {
    if (!DELAYING_FAULTS.some((fault) => this.#faults.isOn(fault))) this.#delayed.flush();
  }

  stop(): void {
    this.#delayed.stop();
  }

  #enqueue(topic: Topic, message: OutgoingMessage, name: string): void {
    if (this.#isStolen(name)) {
      this.#stolen += 1;
      topic.skip();
    } else topic.put(message);
  }

  /** Two consumers split the messages: without a probability every second message is lost. */
  #isStolen(name: string): boolean {
    const even = this.#faults.probability('bus-thief') === undefined && this.#arrived++ % 2 === 1;
    return !even && this.#faults.hits('bus-thief', name);
  }
}
