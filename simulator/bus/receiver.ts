import type { Delivery, Sender } from 'rhea';
import { answer, outcomes, type Rhea } from './amqp';
import type { Consumer, Lock, Message, Outcome, Subscription } from './subscription';

const SETTLED_BY_SENDER = 1;
const LOCK_LOST = {
  condition: 'com.microsoft:message-lock-lost',
  description: 'The lock supplied is invalid. Either the lock expired, or the message has already been removed.',
};

/** A client's receiver: our sending end of its link. */
export class ReceiverLink implements Consumer {
  readonly deletes: boolean;
  readonly #rhea: Rhea;
  readonly #sender: Sender;
  readonly #subscription: Subscription;
  readonly #locks = new Map<Delivery, Lock>();
  /** Lock tokens must differ; the rest of their 16 bytes tells nothing. */
  #tokens = 0;

  constructor(rhea: Rhea, sender: Sender, subscription: Subscription) {
    this.#rhea = rhea;
    this.#sender = sender;
    this.#subscription = subscription;
    this.deletes = sender.snd_settle_mode === SETTLED_BY_SENDER;
  }

  ready(): boolean {
    return this.#sender.is_open() && this.#sender.sendable();
  }

  send({ draft, sequence, enqueuedAt, deliveries }: Message, lock: Lock | undefined): void {
    const { types, message } = this.#rhea;
    const delivery = this.#sender.send(
      {
        message_id: sequence.toString(16).padStart(32, '0'),
        delivery_count: deliveries,
        message_annotations: {
          'x-opt-sequence-number': types.wrap_long(sequence),
          'x-opt-enqueued-time': types.wrap_timestamp(enqueuedAt),
          ...(lock ? { 'x-opt-locked-until': types.wrap_timestamp(lock.until) } : {}),
        },
        body: message.data_section(draft.body) as unknown,
      },
      this.#tag(sequence),
    );
    if (lock) this.#locks.set(delivery, lock);
  }

  /** The client has said what became of a message. */
  settle(delivery: Delivery, outcome: Outcome): void {
    const lock = this.#locks.get(delivery);
    if (!lock) return;
    this.#locks.delete(delivery);
    const { accepted, modified, released, rejected } = outcomes(this.#rhea);
    if (!this.#subscription.settle(lock, outcome)) answer(delivery, rejected({ error: LOCK_LOST }));
    else if (outcome === 'completed') answer(delivery, accepted());
    else if (outcome === 'deadLettered') answer(delivery, rejected({ error: LOCK_LOST }));
    else if (outcome === 'released') answer(delivery, released());
    else answer(delivery, modified({ undeliverable_here: outcome === 'deferred' }));
  }

  /** No more than this waits: the client may have its credit back. */
  drained(): void {
    this.#subscription.pump();
    this.#sender.set_drained(true);
  }

  pump(): void {
    this.#subscription.pump();
  }

  detach(condition: string): void {
    if (this.#sender.is_open()) this.#sender.close({ condition, description: `The link was closed: ${condition}` });
  }

  leave(): void {
    this.#subscription.leave(this);
    this.#locks.clear();
  }

  #tag(sequence: number): Buffer {
    const tag = Buffer.alloc(16, 0xa5);
    tag.writeUInt32BE(++this.#tokens >>> 0, 0);
    tag.writeUInt32BE(sequence >>> 0, 12);
    return tag;
  }
}
