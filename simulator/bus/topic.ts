import { createHmac } from 'node:crypto';
import type { SimulatorClock } from '../clock';
import { DAY } from '../durations';
import { NOT_FOUND } from './conditions';
import type { OutgoingMessage } from './outgoing-message';
import { Subscription } from './subscription';

/** ms; docs/service-bus.md, "Lifetime and consumers": a subscription that nobody uses for 14 days is removed. */
const MAX_UNUSED_MS = 14 * DAY;

/** A topic, its key and its only subscription. */
export class Topic {
  readonly name: string;
  readonly #clock: SimulatorClock;
  readonly #stalled: () => boolean;
  readonly #seed: number;
  #subscription: Subscription | undefined;
  #generation = 0;
  #usedAt: number;

  constructor(name: string, options: { clock: SimulatorClock; seed: number; stalled: () => boolean }) {
    this.name = name;
    this.#clock = options.clock;
    this.#stalled = options.stalled;
    this.#seed = options.seed;
    this.#usedAt = this.#clock.now();
  }

  /** The SAS key, derived from the seed. */
  get key(): string {
    const text = `${this.name} ${this.#generation}`;
    return createHmac('sha256', `simulator ${this.#seed}`).update(text).digest('base64');
  }

  /** Makes the old key invalid; links that are open stay open. */
  changeKey(): void {
    this.#generation += 1;
  }

  /** Undefined: the subscription has been removed. */
  get subscription(): Subscription | undefined {
    const subscription = this.#subscription;
    if (subscription?.receivers === 0 && this.#usedAt + MAX_UNUSED_MS <= this.#clock.now()) this.remove();
    return this.#subscription;
  }

  /** A client loads the connection details. guess: this creates the subscription, also after it was removed. */
  ensureSubscription(): void {
    this.#subscription = this.subscription ?? new Subscription(this.#clock, this.#stalled);
    this.markUsed();
  }

  markUsed(): void {
    this.#usedAt = this.#clock.now();
  }

  put(message: OutgoingMessage): void {
    this.subscription?.put(message);
  }

  /** Another receiver gets the next message. */
  skip(): void {
    this.subscription?.skip();
  }

  /** Removes the subscription with all its messages. */
  remove(): void {
    this.#subscription?.remove(NOT_FOUND);
    this.#subscription = undefined;
  }

  stop(): void {
    this.#subscription?.stop();
  }
}
