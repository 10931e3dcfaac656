import type { ChargerEvent } from '../state/events';
import type { LedgerEntry } from '../state/ledger';
import type { Change } from '../state/store';
import type { HubSubscriber } from './charger-hub';
import type { FeedListener, FeedStatus } from './types';

type Notification = (listener: FeedListener) => void;

/** Further events and sessions are dropped. */
const MOST_KEPT = 1_000;

/** The listeners of a feed. Events and sessions of a redeploy, while there is none, are kept for the next one. */
export class Listeners implements HubSubscriber {
  readonly covers: (chargerId: string) => boolean;
  readonly #all = new Set<FeedListener>();
  #kept: Notification[] = [];

  /** @param covers whether a charger belongs to the feed. */
  constructor(covers: (chargerId: string) => boolean) {
    this.covers = covers;
  }

  add(listener: FeedListener): () => void {
    this.#all.add(listener);
    const kept = this.#kept;
    this.#kept = [];
    for (const notification of kept) notify(listener, notification);
    return () => this.#all.delete(listener);
  }

  change(change: Change): void {
    this.#notifyAll((listener) => listener.change?.(change));
  }

  event(event: ChargerEvent): void {
    this.#notifyOrKeep((listener) => listener.event?.(event));
  }

  session(entry: LedgerEntry): void {
    this.#notifyOrKeep((listener) => listener.session?.(entry));
  }

  status(status: FeedStatus): void {
    this.#notifyAll((listener) => listener.status?.(status));
  }

  #notifyAll(notification: Notification): void {
    for (const listener of this.#all) notify(listener, notification);
  }

  #notifyOrKeep(notification: Notification): void {
    if (this.#all.size > 0) this.#notifyAll(notification);
    else if (this.#kept.length < MOST_KEPT) this.#kept.push(notification);
  }
}

/** A listener that throws must not stop the stream. */
function notify(listener: FeedListener, notification: Notification): void {
  try {
    notification(listener);
  } catch {
    // The listener has to report its own errors.
  }
}
