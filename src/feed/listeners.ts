import type { FeedListener } from './types';

type Telling = (listener: FeedListener) => void;

/** More than this is given up. */
const MOST_HELD = 1_000;

/** Those who listen to a feed. What happens in a redeploy, while nobody does, is told to the next one. */
export class Listeners {
  readonly #all = new Set<FeedListener>();
  #held: Telling[] = [];

  add(listener: FeedListener): () => void {
    this.#all.add(listener);
    const held = this.#held;
    this.#held = [];
    for (const telling of held) safely(listener, telling);
    return () => this.#all.delete(listener);
  }

  tell(telling: Telling): void {
    for (const listener of this.#all) safely(listener, telling);
  }

  /** For what must not be missed. */
  tellOrHold(telling: Telling): void {
    if (this.#all.size > 0) this.tell(telling);
    else if (this.#held.length < MOST_HELD) this.#held.push(telling);
  }
}

/** A listener that throws must not stop the stream. */
function safely(listener: FeedListener, telling: Telling): void {
  try {
    telling(listener);
  } catch {
    // It is the listener's own business.
  }
}
