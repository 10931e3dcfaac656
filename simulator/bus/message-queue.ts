/** ms; a third party's claim (docs/service-bus.md, "Lifetime and consumers"). */
const LIFETIME_MS = 300_000;
/** guess: the real topic holds gigabytes; here the oldest go, so that a fleet without a receiver stays small. */
export const MAX_WAITING = 20_000;
/** The front of the array is freed in pieces of this size. */
const CHUNK = 1024;

/** What the queue has to know of a message. */
export interface QueuedMessage {
  readonly sequence: number;
  /** ms, the client's time. */
  readonly enqueuedAt: number;
}

/**
 * The messages that no receiver has yet, oldest first; returned messages come before all others. Both parts are
 * bounded.
 */
export class MessageQueue<T extends QueuedMessage> {
  readonly #counts: { expired: number; overflown: number };
  #queue: (T | undefined)[] = [];
  #head = 0;
  /** The oldest last. */
  #returned: T[] = [];

  constructor(counts: { expired: number; overflown: number }) {
    this.#counts = counts;
  }

  size(now: number): number {
    this.#expire(now);
    return this.#returned.length + this.#queue.length - this.#head;
  }

  add(message: T, now: number): void {
    if (this.size(now) >= MAX_WAITING) {
      this.#shift();
      this.#counts.overflown += 1;
    }
    this.#queue.push(message);
  }

  putBack(message: T): void {
    let at = this.#returned.length;
    while (at > 0 && (this.#returned[at - 1]?.sequence ?? 0) < message.sequence) at -= 1;
    this.#returned.splice(at, 0, message);
  }

  take(now: number): T | undefined {
    for (let message = this.#returned.pop(); message; message = this.#returned.pop()) {
      if (!isExpired(message, now)) return message;
      this.#counts.expired += 1;
    }
    this.#expire(now);
    return this.#shift();
  }

  /** The messages that wait now, in no order. */
  all(now: number): T[] {
    this.#expire(now);
    const queued = this.#queue.slice(this.#head).filter((message) => message !== undefined);
    return [...this.#returned.filter((message) => !isExpired(message, now)), ...queued];
  }

  clear(): void {
    this.#queue = [];
    this.#head = 0;
    this.#returned = [];
  }

  #shift(): T | undefined {
    const message = this.#queue[this.#head];
    if (message === undefined) return undefined;
    this.#queue[this.#head++] = undefined;
    if (this.#head >= CHUNK && this.#head * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  #expire(now: number): void {
    for (let first = this.#queue[this.#head]; first && isExpired(first, now); first = this.#queue[this.#head]) {
      this.#shift();
      this.#counts.expired += 1;
    }
  }
}

export const isExpired = (message: QueuedMessage, now: number): boolean => message.enqueuedAt + LIFETIME_MS <= now;
