import { isExpired, MAX_WAITING, type QueuedMessage } from './message-queue';

/** The messages that a receiver has deferred. They expire like all others, and their number is bounded too. */
export class DeferredMessages<T extends QueuedMessage> {
  readonly #counts: { expired: number; overflown: number };
  readonly #messages = new Map<number, T>();

  constructor(counts: { expired: number; overflown: number }) {
    this.#counts = counts;
  }

  add(message: T): void {
    this.#messages.set(message.sequence, message);
    if (this.#messages.size <= MAX_WAITING) return;
    const [oldest = message.sequence] = this.#messages.keys();
    this.#messages.delete(oldest);
    this.#counts.overflown += 1;
  }

  all(now: number): T[] {
    for (const message of this.#messages.values()) {
      if (!isExpired(message, now)) continue;
      this.#messages.delete(message.sequence);
      this.#counts.expired += 1;
    }
    return [...this.#messages.values()];
  }

  /** Takes all of them or, where one is missing, none: then undefined. */
  take(sequences: readonly number[], now: number): T[] | undefined {
    this.all(now);
    const found = [...new Set(sequences)].map((sequence) => this.#messages.get(sequence));
    if (found.some((message) => message === undefined)) return undefined;
    const messages = found as T[];
    for (const { sequence } of messages) this.#messages.delete(sequence);
    return messages;
  }

  clear(): void {
    this.#messages.clear();
  }
}
