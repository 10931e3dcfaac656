import type { Message } from './subscription';

/** ms; a third party's claim, `zaptec-api.md` 5.4. */
const LIFETIME_MS = 300_000;
/** guess: the real topic holds gigabytes; here the oldest go, so that a fleet that nobody listens to stays small. */
const MOST_WAITING = 20_000;
/** Places at the front that are given back at once. */
const CHUNK = 1024;

/** The messages that nobody has yet, oldest first; what came back is in front. Neither grows without end. */
export class Waiting {
  readonly #counts: { expired: number; overflown: number };
  #queue: (Message | undefined)[] = [];
  #head = 0;
  /** What was given back, the oldest last. */
  #returned: Message[] = [];

  constructor(counts: { expired: number; overflown: number }) {
    this.#counts = counts;
  }

  size(now: number): number {
    this.#expire(now);
    return this.#returned.length + this.#queue.length - this.#head;
  }

  add(message: Message, now: number): void {
    if (this.size(now) >= MOST_WAITING) {
      this.#shift();
      this.#counts.overflown += 1;
    }
    this.#queue.push(message);
  }

  putBack(message: Message): void {
    let at = this.#returned.length;
    while (at > 0 && (this.#returned[at - 1]?.sequence ?? 0) < message.sequence) at -= 1;
    this.#returned.splice(at, 0, message);
  }

  take(now: number): Message | undefined {
    for (let message = this.#returned.pop(); message; message = this.#returned.pop()) {
      if (!isDead(message, now)) return message;
      this.#counts.expired += 1;
    }
    this.#expire(now);
    return this.#shift();
  }

  clear(): void {
    this.#queue = [];
    this.#head = 0;
    this.#returned = [];
  }

  #shift(): Message | undefined {
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
    for (let first = this.#queue[this.#head]; first && isDead(first, now); first = this.#queue[this.#head]) {
      this.#shift();
      this.#counts.expired += 1;
    }
  }
}

const isDead = (message: Message, now: number): boolean => message.enqueuedAt + LIFETIME_MS <= now;
