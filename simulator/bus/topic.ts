import { createHmac } from 'node:crypto';
import type { SimulatorClock } from '../clock';
import { DAY } from '../durations';
import { NOT_FOUND } from './conditions';
import type { OutgoingMessage } from './outgoing-message';
import { Subscription } from './subscription';

/** ms; `zaptec-api.md` 5.4: a subscription that nobody uses for 14 days is removed. */
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

  /** The SAS key, made up from the seed. */
  get key(): string {
    const text = `${this.name} ${this.#generation}`;
    return createHmac('sha256', `simulator ${this.#seed}`).update(text).digest('base64');
  }

  /** The old key opens nothing more; who is in already stays. */
  changeKey(): void {
    this.#generation += 1;
  }

  /** Undefined: removed. */
  get subscription(): Subscription | undefined {
    const subscription = this.#subscription;
    if (subscription?.receivers === 0 && this.#usedAt + MAX_UNUSED_MS <= this.#clock.now()) this.remove();
    return this.#subscription;
  }

  /** Somebody asks how to get here. guess: that this makes a subscription, and brings a removed one back. */
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

  /** With all its messages. */
  remove(): void {
    this.#subscription?.remove(NOT_FOUND);
    this.#subscription = undefined;
  }

  stop(): void {
    this.#subscription?.stop();
  }
}
