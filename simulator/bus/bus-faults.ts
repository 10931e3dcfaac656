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

/** The conditions with which links are refused and closed, in turn; `match` selects some of them. */
const REFUSALS = [NOT_FOUND, UNAUTHORIZED, RESOURCE_LIMIT];
const DETACHES = [DETACH_FORCED, TIMEOUT, NOT_FOUND, SERVER_BUSY];

/**
 * Applies the faults of the bus to connections and links: to the existing ones when a fault is switched, to new ones
 * later.
 */
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

  /** Why a new link is refused; undefined: it is accepted. */
  readonly linkRefusal = (): LinkRefusal | undefined => {
    if (this.#faults.isOn('bus-off')) return { condition: NOT_FOUND };
    const atOnce = this.#condition('bus-refused-at-once', REFUSALS);
    if (atOnce !== undefined) return { condition: atOnce, atOnce: true };
    const condition = this.#condition('bus-refused', REFUSALS);
    return condition === undefined ? undefined : { condition };
  };

  /** Call this when a fault was switched on or off. */
  onFaultChange(name: FaultName): void {
    this.#sockets.setHalfOpen(this.#faults.isOn('bus-half-open'));
    this.#publisher.onFaultChange();
    if (name === 'bus-stall') for (const topic of this.#topics.all) topic.subscription?.pump();
    if (this.#faults.isOn(name)) this.#apply(name);
  }

  #apply(name: FaultName): void {
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

  /** The next condition that the setting of the fault selects; undefined: the fault does not strike this time. */
  #condition(fault: FaultName, conditions: readonly string[]): string | undefined {
    const possible = conditions.filter((condition) => this.#faults.isOn(fault, condition));
    const chosen = possible[this.#turn % possible.length];
    if (chosen === undefined || !this.#faults.hits(fault, chosen)) return undefined;
    this.#turn += 1;
    return chosen;
  }
}
