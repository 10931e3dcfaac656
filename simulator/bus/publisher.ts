import type { Faults } from '../faults/state';
import type { FaultName } from '../faults/table';
import type { Charger, Observation, WorldFace } from '../world/model';
import type { Prng } from '../prng';
import type { SimulatorClock } from '../clock';
import type { Draft } from './outgoing-message';
import { Later } from './delay-queue';
import { Stamps } from './timestamps';
import { StreamFaults } from './message-faults';
import type { Topic } from './topic';
import type { Topics } from './topics';

/** The faults that hold messages back; when they end, what is held back comes at once. */
const POSTPONING: readonly FaultName[] = ['bus-delay', 'bus-disorder'];

/** Brings every change of the world to the topics of its installation and of its user group. */
export class Publisher {
  readonly #topics: Topics;
  readonly #faults: Faults;
  readonly #world: Pick<WorldFace, 'installations'>;
  readonly #stamps: Stamps;
  readonly #streamFaults: StreamFaults;
  readonly #later: Later;
  #stolen = 0;
  #seen = 0;

  constructor(options: {
    topics: Topics;
    faults: Faults;
    clock: SimulatorClock;
    prng: Prng;
    world: Pick<WorldFace, 'installations'>;
  }) {
    this.#topics = options.topics;
    this.#faults = options.faults;
    this.#world = options.world;
    this.#stamps = new Stamps(options.prng.fork(1));
    this.#streamFaults = new StreamFaults(options.faults, options.prng.fork(2));
    this.#later = new Later(options.clock);
  }

  /** Messages that the second consumer took. */
  get stolen(): number {
    return this.#stolen;
  }

  /** Costs next to nothing where nobody has asked for the topics. */
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
    const wording = { deviceId, deviceType, chargerId, stateId, timestamp: this.#stamps.write(at), value };
    for (const topic of topics) {
      if (!topic) continue;
      const name = `${topic.name} ${deviceId} ${chargerId} ${stateId}`;
      for (const { draft, delayMs } of this.#streamFaults.apply(wording, name)) {
        if (delayMs > 0) this.#later.add(delayMs, () => this.#put(topic, draft, name));
        else this.#put(topic, draft, name);
      }
    }
  }

  /** A fault was switched. */
  switched(): void {
    if (!POSTPONING.some((fault) => this.#faults.isOn(fault))) this.#later.flush();
  }

  stop(): void {
    this.#later.stop();
  }

  #put(topic: Topic, draft: Draft, name: string): void {
    if (this.#isStolen(name)) this.#stolen += 1;
    else topic.put(draft);
  }

  /** Two consumers split the messages: without a probability every second one is gone. */
  #isStolen(name: string): boolean {
    const even = this.#faults.probability('bus-thief') === undefined && this.#seen++ % 2 === 1;
    return !even && this.#faults.hits('bus-thief', name);
  }
}
