import type { Faults } from '../faults/state';
import type { FaultName } from '../faults/table';
import {
  DETACH_FORCED,
  NOT_FOUND,
  RESOURCE_LIMIT,
  SERVER_BUSY,
  TIMEOUT,
  UNAUTHORIZED,
  type LinkRefusal,
} from './conditions';
import type { Publisher } from './publisher';
import type { Sockets } from './sockets';
import type { Topics } from './topics';

/** How links are refused, and how they are closed, in turn; `match` chooses among them. */
const REFUSALS = [NOT_FOUND, UNAUTHORIZED, RESOURCE_LIMIT];
const DETACHES = [DETACH_FORCED, TIMEOUT, NOT_FOUND, SERVER_BUSY];

/** What the faults of the bus do to connections and links: at once when they are switched, and later to newcomers. */
export class BusFaults {
  readonly #faults: Faults;
  readonly #topics: Topics;
  readonly #sockets: Sockets;
  readonly #publisher: Publisher;
  #turn = 0;

  constructor(faults: Faults, topics: Topics, sockets: Sockets, publisher: Publisher) {
    this.#faults = faults;
    this.#topics = topics;
    this.#sockets = sockets;
    this.#publisher = publisher;
  }

  /** Why a link is not let in. */
  readonly linkRefusal = (): LinkRefusal | undefined => {
    if (this.#faults.isOn('bus-off')) return { condition: NOT_FOUND };
    const rude = this.#condition('bus-refused-at-once', REFUSALS);
    if (rude !== undefined) return { condition: rude, atOnce: true };
    const condition = this.#condition('bus-refused', REFUSALS);
    return condition === undefined ? undefined : { condition };
  };

  /** A fault has been switched on or off. */
  onFaultChange(name: FaultName): void {
    this.#sockets.setHalfOpen(this.#faults.isOn('bus-half-open'));
    this.#publisher.onFaultChange();
    if (name === 'bus-stall') for (const topic of this.#topics.all) topic.subscription?.pump();
    if (this.#faults.isOn(name)) this.#strike(name);
  }

  #strike(name: FaultName): void {
    if (name === 'bus-cut') this.#sockets.reset(() => this.#faults.hits('bus-cut'));
    else if (name === 'bus-auth-error') this.#detachAll(UNAUTHORIZED);
    else if (name === 'bus-auth-silent') this.#detachAll(DETACH_FORCED);
    else if (name === 'bus-refused' || name === 'bus-refused-at-once') this.#eachTopic(name, REFUSALS);
    else if (name === 'bus-detach') this.#eachTopic(name, DETACHES);
    else if (name === 'bus-removed' || name === 'bus-off') this.#remove(name);
  }

  #detachAll(condition: string): void {
    for (const topic of this.#topics.all) topic.subscription?.detachAll(condition);
  }

  #eachTopic(fault: FaultName, conditions: readonly string[]): void {
    for (const topic of this.#topics.all) {
      const condition = topic.subscription && this.#condition(fault, conditions);
      if (condition !== undefined) topic.subscription?.detachAll(condition);
    }
  }

  #remove(fault: FaultName): void {
    for (const topic of this.#topics.all) if (topic.subscription && this.#faults.hits(fault)) topic.remove();
  }

  /** The next condition of those that the fault is told to use; undefined: it does not strike this time. */
  #condition(fault: FaultName, conditions: readonly string[]): string | undefined {
    const possible = conditions.filter((condition) => this.#faults.isOn(fault, condition));
    const chosen = possible[this.#turn % possible.length];
    if (chosen === undefined || !this.#faults.hits(fault, chosen)) return undefined;
    this.#turn += 1;
    return chosen;
  }
}
