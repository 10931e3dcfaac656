import type { ChargerEvent } from '../state/events';
import type { Change } from '../state/store';
import type { HubSubscriber } from './charger-hub';
import type { Registration, SessionOutbox } from './session-outbox';
import type { ChargerSet, FeedListener, FeedStatus } from './types';

type SessionDelivery = Registration['deliver'];
type Notification = (listener: FeedListener) => void;

/** Further events are dropped. */
const MOST_KEPT = 1_000;

/** The listeners of a feed. Events of a redeploy, while nobody listens to events, are kept for the next one. */
export class Listeners implements HubSubscriber {
  readonly chargers: ChargerSet;
  readonly #all = new Set<FeedListener>();
  readonly #sessions: { installationId: string; outbox: SessionOutbox };
  #kept: Notification[] = [];

  /** @param chargers those that belong to the feed. */
  constructor(chargers: ChargerSet, sessions: { installationId: string; outbox: SessionOutbox }) {
    this.chargers = chargers;
    this.#sessions = sessions;
  }

  add(listener: FeedListener): () => void {
    this.#all.add(listener);
    const { installationId, outbox } = this.#sessions;
    const { consumer } = listener;
    const deliver: SessionDelivery = (entry) => notify(listener, (one) => one.session?.(entry));
    const unregister = !listener.session
      ? undefined
      : outbox.register({ consumer, installationId, chargers: this.chargers, deliver });
    if (listener.event) {
      const kept = this.#kept;
      this.#kept = [];
      for (const notification of kept) notify(listener, notification);
    }
    return () => {
      unregister?.();
      this.#all.delete(listener);
    };
  }

  change(change: Change): void {
    this.#notifyAll((listener) => listener.change?.(change));
  }

  event(event: ChargerEvent): void {
    this.#notifyOrKeep((listener) => listener.event?.(event));
  }

  status(status: FeedStatus): void {
    this.#notifyAll((listener) => listener.status?.(status));
  }

  #notifyAll(notification: Notification): void {
    for (const listener of this.#all) notify(listener, notification);
  }

  #notifyOrKeep(notification: Notification): void {
    if ([...this.#all].some((one) => one.event !== undefined)) this.#notifyAll(notification);
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
