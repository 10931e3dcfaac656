import type { SimulatorClock } from '../clock';
import { MINUTE } from '../durations';
import type { OutgoingMessage } from './outgoing-message';
import { MessageQueue, type QueuedMessage } from './message-queue';

/** ms; guess: the default of Service Bus, a minute. */
const LOCK_MS = MINUTE;
/** The default of Service Bus: a message is dead-lettered after ten deliveries. */
const MAX_DELIVERIES = 10;

/** A message in the subscription. */
export interface Message extends QueuedMessage {
  readonly outgoing: OutgoingMessage;
  /** Failed deliveries so far: the message was abandoned, or its lock expired. */
  deliveries: number;
}

/** The lock of a message that a receiver has but has not settled. */
export interface Lock {
  readonly message: Message;
  /** ms, the client's time. */
  readonly until: number;
  /** The lock has expired: another receiver may have the message. */
  lost: boolean;
}

export type Outcome = 'completed' | 'abandoned' | 'released' | 'deferred' | 'deadLettered';

/** One of the competing receivers. */
export interface Consumer {
  /** Receive-and-delete instead of peek-lock. */
  readonly deletes: boolean;
  /** The link has credit, and its connection has room. */
  ready(): boolean;
  send(message: Message, lock: Lock | undefined): void;
  /** Closes the link. */
  detach(condition: string): void;
}

/** Counts since the subscription was created. */
export interface Counts {
  published: number;
  /** Redeliveries included. */
  delivered: number;
  redelivered: number;
  completed: number;
  abandoned: number;
  deferred: number;
  deadLettered: number;
  /** No receiver fetched them within their lifetime. */
  expired: number;
  /** Dropped because too many messages waited. */
  overflown: number;
}

export const NO_COUNTS: Readonly<Counts> = {
  published: 0,
  delivered: 0,
  redelivered: 0,
  completed: 0,
  abandoned: 0,
  deferred: 0,
  deadLettered: 0,
  expired: 0,
  overflown: 0,
};

/**
 * The one subscription of a topic, which all receivers share: peek-lock with locks that expire, redelivery, and messages
 * that expire. All times are the client's.
 */
export class Subscription {
  readonly counts: Counts = { ...NO_COUNTS };
  readonly #clock: SimulatorClock;
  readonly #stalled: () => boolean;
  readonly #consumers: Consumer[] = [];
  readonly #waiting: MessageQueue<Message>;
  /** Oldest first, because all locks last equally long. */
  readonly #locks = new Set<Lock>();
  #next = 0;
  #sequence = 0;
  #expiryTimer: unknown;

  constructor(clock: SimulatorClock, stalled: () => boolean) {
    this.#clock = clock;
    this.#stalled = stalled;
    this.#waiting = new MessageQueue(this.counts);
  }

  get receivers(): number {
    return this.#consumers.length;
  }

  get waiting(): number {
    return this.#waiting.size(this.#clock.now());
  }

  get locked(): number {
    return this.#locks.size;
  }

  put(outgoing: OutgoingMessage): void {
    this.counts.published += 1;
    const message = { outgoing, sequence: ++this.#sequence, enqueuedAt: this.#clock.now(), deliveries: 0 };
    this.#waiting.add(message, message.enqueuedAt);
    if (this.#consumers.length > 0) this.pump();
  }

  attach(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  /** The messages that the consumer has locked stay locked until the locks expire, as in Service Bus. */
  leave(consumer: Consumer): void {
    const at = this.#consumers.indexOf(consumer);
    if (at >= 0) this.#consumers.splice(at, 1);
  }

  /** Closes the links of all receivers. */
  detachAll(condition: string): void {
    for (const consumer of this.#consumers.splice(0)) consumer.detach(condition);
  }

  /** Sends the waiting messages to the receivers that are ready, in turn. */
  pump(): void {
    if (this.#stalled()) return;
    while (this.waiting > 0) {
      const consumer = this.#ready();
      const message = consumer && this.#waiting.take(this.#clock.now());
      if (!message) return;
      this.#deliver(consumer, message);
    }
  }

  /** Returns false where the lock was lost. */
  settle(lock: Lock, outcome: Outcome): boolean {
    if (lock.lost) return false;
    this.#locks.delete(lock);
    if (outcome === 'completed' || outcome === 'deferred' || outcome === 'deadLettered') {
      this.counts[outcome] += 1;
      return true;
    }
    this.counts.abandoned += 1;
    this.#requeue(lock.message, outcome === 'abandoned');
    this.pump();
    return true;
  }

  /** Deletes all messages and closes the links of all receivers. */
  remove(condition: string): void {
    this.detachAll(condition);
    this.stop();
    for (const lock of this.#locks) lock.lost = true;
    this.#locks.clear();
    this.#waiting.clear();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#expiryTimer);
    this.#expiryTimer = undefined;
  }

  #ready(): Consumer | undefined {
    const { length } = this.#consumers;
    for (let tried = 0; tried < length; tried++) {
      this.#next = (this.#next + 1) % length;
      const consumer = this.#consumers[this.#next];
      if (consumer?.ready()) return consumer;
    }
    return undefined;
  }

  #deliver(consumer: Consumer, message: Message): void {
    this.counts.delivered += 1;
    if (message.deliveries > 0) this.counts.redelivered += 1;
    if (consumer.deletes) {
      this.counts.completed += 1;
      consumer.send(message, undefined);
      return;
    }
    const lock = { message, until: this.#clock.now() + LOCK_MS, lost: false };
    this.#locks.add(lock);
    this.#scheduleLockExpiry();
    consumer.send(message, lock);
  }

  #requeue(message: Message, failed: boolean): void {
    if (failed) message.deliveries += 1;
    if (message.deliveries >= MAX_DELIVERIES) this.counts.deadLettered += 1;
    else this.#waiting.putBack(message);
  }

  #scheduleLockExpiry(): void {
    if (this.#expiryTimer !== undefined) return;
    const [oldest] = this.#locks;
    if (!oldest) return;
    this.#expiryTimer = this.#clock.setTimeout(
      () => {
        this.#expiryTimer = undefined;
        this.#expireLocks();
      },
      Math.max(0, oldest.until - this.#clock.now()),
    );
  }

  #expireLocks(): void {
    const now = this.#clock.now();
    const lost: Message[] = [];
    for (const lock of this.#locks) {
      if (lock.until > now) break;
      lock.lost = true;
      this.#locks.delete(lock);
      lost.push(lock.message);
    }
    for (const message of lost) this.#requeue(message, true);
    this.#scheduleLockExpiry();
    this.pump();
  }
}
