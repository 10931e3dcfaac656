import type { FeedListener } from './types';

type Notification = (listener: FeedListener) => void;

/** More than this is given up. */
const MOST_KEPT = 1_000;

/** Those who listen to a feed. What happens in a redeploy, while nobody does, is told to the next one. */
export class Listeners {
  readonly #all = new Set<FeedListener>();
  #kept: Notification[] = [];

  add(listener: FeedListener): () => void {
    this.#all.add(listener);
    const kept = this.#kept;
    this.#kept = [];
    for (const notification of kept) safely(listener, notification);
    return () => this.#all.delete(listener);
  }

  notify(notification: Notification): void {
    for (const listener of this.#all) safely(listener, notification);
  }

  /** For what must not be missed. */
  notifyOrKeep(notification: Notification): void {
    if (this.#all.size > 0) this.notify(notification);
    else if (this.#kept.length < MOST_KEPT) this.#kept.push(notification);
  }
}

/** A listener that throws must not stop the stream. */
function safely(listener: FeedListener, notification: Notification): void {
  try {
    notification(listener);
  } catch {
    // It is the listener's own business.
  }
}
