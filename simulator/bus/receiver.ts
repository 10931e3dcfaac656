import type { Delivery, Sender } from 'rhea';
import { settleDelivery, hasCredit, outcomes, type Outcomes, type Rhea } from './rhea';
import { describe } from './conditions';
import { deliveryTag } from './lock-token';
import type { Consumer, Lock, Message, Outcome, Subscription } from './subscription';
import { encode } from './message-encoding';

const SETTLED_BY_SENDER = 1;
/** With an explicit format rhea sends the bytes unchanged. */
const AMQP_MESSAGE = 0;

/** The sending end of a client's receiver. */
export class ReceiverLink implements Consumer {
  readonly deletes: boolean;
  readonly holder: object;
  readonly #outcomes: Outcomes;
  readonly #sender: Sender;
  readonly #subscription: Subscription;
  readonly #locks = new Map<Delivery, Lock>();

  constructor(rhea: Rhea, sender: Sender, subscription: Subscription) {
    this.#outcomes = outcomes(rhea);
    this.#sender = sender;
    this.#subscription = subscription;
    this.holder = sender.connection;
    this.deletes = sender.snd_settle_mode === SETTLED_BY_SENDER;
  }

  ready(): boolean {
    return this.#sender.is_open() && this.#sender.sendable() && hasCredit(this.#sender);
  }

  send(message: Message, lock: Lock | undefined): void {
    const bytes = encode(message, lock?.until);
    const delivery = this.#sender.send(bytes, deliveryTag(lock?.id ?? 0, message.sequence), AMQP_MESSAGE);
    if (lock) this.#locks.set(delivery, lock);
  }

  /** The client has settled a message. */
  settle(delivery: Delivery, outcome: Outcome): void {
    const lock = this.#locks.get(delivery);
    if (!lock) return;
    this.#locks.delete(delivery);
    settleDelivery(delivery, this.#subscription.settle(lock, outcome) ? this.#outcomes[outcome] : this.#outcomes.lost);
  }

  /** The client drains: it gets what waits, and then its credit back. */
  drained(): void {
    this.#subscription.pump();
    this.#sender.set_drained(true);
  }

  pump(): void {
    this.#subscription.pump();
  }

  detach(condition: string): void {
    if (this.#sender.is_open())
      this.#sender.close({ condition, description: describe(condition, this.#sender.source.address) });
  }

  leave(): void {
    this.#subscription.leave(this);
    this.#locks.clear();
  }
}
