import type { SimulatorClock } from '../clock';
import { MINUTE } from '../durations';
import type { OutgoingMessage } from './outgoing-message';
import { DeferredMessages } from './deferred-messages';
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
  /** A receiver has deferred it: it is delivered by its sequence number only. */
  deferred: boolean;
}

/** The lock of a message that a receiver has but has not settled. */
export interface Lock {
  /** From 1, a number of its own for each lock of the subscription. */
  readonly id: number;
  readonly message: Message;
  /** The connection of the receiver. */
  readonly holder: object;
  /** ms, the client's time. */
  until: number;
  /** The lock has expired: another receiver may have the message. */
  lost: boolean;
}

export type Outcome = 'completed' | 'abandoned' | 'released' | 'deferred' | 'deadLettered';

/** One of the competing receivers. */
export interface Consumer {
  /** Receive-and-delete instead of peek-lock. */
  readonly deletes: boolean;
  /** Its connection, which holds the locks. */
  readonly holder: object;
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
  readonly #deferred: DeferredMessages<Message>;
  /** By id, the next to expire first, because all locks last equally long. */
  readonly #locks = new Map<number, Lock>();
  #next = 0;
  #sequence = 0;
  #lockId = 0;
  #expiryTimer: unknown;

  constructor(clock: SimulatorClock, stalled: () => boolean) {
    this.#clock = clock;
    this.#stalled = stalled;
    this.#waiting = new MessageQueue(this.counts);
    this.#deferred = new DeferredMessages(this.counts);
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
    const enqueuedAt = this.#clock.now();
    const message = { outgoing, sequence: ++this.#sequence, enqueuedAt, deliveries: 0, deferred: false };
    this.#waiting.add(message, message.enqueuedAt);
    if (this.#consumers.length > 0) this.pump();
  }

  /** A message that another receiver gets: only its number is missing here. */
  skip(): void {
    this.#sequence += 1;
  }

  attach(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  /** The messages that the consumer has locked stay locked: the client may settle them by their lock tokens. */
  leave(consumer: Consumer): void {
    const at = this.#consumers.indexOf(consumer);
    if (at >= 0) this.#consumers.splice(at, 1);
  }

  /** A connection has ended: its locks end too. guess: that is no failed delivery. */
  release(holder: object): void {
    for (const lock of this.#locks.values()) {
      if (lock.holder !== holder) continue;
      this.#lose(lock);
      this.#requeue(lock.message, false);
    }
    this.pump();
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
    this.#locks.delete(lock.id);
    if (outcome === 'deferred') {
      lock.message.deferred = true;
      this.#deferred.add(lock.message);
    }
    if (outcome === 'completed' || outcome === 'deferred' || outcome === 'deadLettered') {
      this.counts[outcome] += 1;
      return true;
    }
    this.counts.abandoned += 1;
    this.#requeue(lock.message, outcome === 'abandoned');
    this.pump();
    return true;
  }

  /** Undefined: the lock has expired, or the message was settled. */
  lock(id: number): Lock | undefined {
    return this.#locks.get(id);
  }

  /** Lets a lock last a whole minute again. Returns its new end, ms. */
  renew(lock: Lock): number {
    lock.until = this.#clock.now() + LOCK_MS;
    this.#locks.delete(lock.id);
    this.#locks.set(lock.id, lock);
    return lock.until;
  }

  /** The messages from a sequence number on, locked and deferred ones included, without delivering them. */
  peek(from: number, count: number): Message[] {
    const now = this.#clock.now();
    const locked = [...this.#locks.values()].map(({ message }) => message);
    return [...this.#waiting.all(now), ...locked, ...this.#deferred.all(now)]
      .filter(({ sequence }) => sequence >= from)
      .sort((one, other) => one.sequence - other.sequence)
      .slice(0, count);
  }

  /** Delivers deferred messages, locked for the holder; without a holder they are deleted. Undefined: one is missing. */
  takeDeferred(
    sequences: readonly number[],
    holder?: object,
  ): { message: Message; lock: Lock | undefined }[] | undefined {
    const taken = this.#deferred.take(sequences, this.#clock.now());
    return taken?.map((message) => ({ message, lock: this.#handOver(message, holder) }));
  }

  /** Deletes all messages and closes the links of all receivers. */
  remove(condition: string): void {
    this.detachAll(condition);
    this.stop();
    for (const lock of this.#locks.values()) lock.lost = true;
    this.#locks.clear();
    this.#waiting.clear();
    this.#deferred.clear();
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
    consumer.send(message, this.#handOver(message, consumer.deletes ? undefined : consumer.holder));
  }

  /** Counts a delivery, and locks the message for its holder; without a holder the message is gone. */
  #handOver(message: Message, holder: object | undefined): Lock | undefined {
    this.counts.delivered += 1;
    if (message.deliveries > 0) this.counts.redelivered += 1;
    if (holder === undefined) {
      this.counts.completed += 1;
      return undefined;
    }
    const lock = { id: ++this.#lockId, message, holder, until: this.#clock.now() + LOCK_MS, lost: false };
    this.#locks.set(lock.id, lock);
    this.#scheduleLockExpiry();
    return lock;
  }

  #lose(lock: Lock): void {
    lock.lost = true;
    this.#locks.delete(lock.id);
  }

  #requeue(message: Message, failed: boolean): void {
    if (failed) message.deliveries += 1;
    if (message.deliveries >= MAX_DELIVERIES) this.counts.deadLettered += 1;
    else if (message.deferred) this.#deferred.add(message);
    else this.#waiting.putBack(message);
  }

  #scheduleLockExpiry(): void {
    if (this.#expiryTimer !== undefined) return;
    const [oldest] = this.#locks.values();
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
    for (const lock of this.#locks.values()) {
      if (lock.until > now) break;
      this.#lose(lock);
      lost.push(lock.message);
    }
    for (const message of lost) this.#requeue(message, true);
    this.#scheduleLockExpiry();
    this.pump();
  }
}
