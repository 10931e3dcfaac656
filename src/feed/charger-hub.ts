import { EventDetector, type ChargerEvent } from '../state/events';
import { Ledger, type LedgerEntry } from '../state/ledger';
import type { RawObservation } from '../zaptec/observations';
import { Store, type Change } from '../state/store';
import { decodeEnvelope } from './bus/envelope';
import type { FeedListener } from './types';
import { Checkpoints } from './checkpoints';

/** A whole state that was just read. */
export interface Fill {
  chargerId: string;
  changes: readonly Change[];
  /** When the charger's state was read the time before, in ms. */
  filledBefore: number | undefined;
}

/** Somebody who cares for some of the chargers. */
export interface HubSubscriber extends Pick<FeedListener, 'change' | 'event' | 'session'> {
  covers(chargerId: string): boolean;
  filled(fill: Fill): void;
  /** A message about a charger that nobody covers: it may be new. */
  onUnknownCharger?(chargerId: string): void;
}

/** What an account knows of its chargers, whether it came by push or was read, and who is told of it. */
export class ChargerHub {
  readonly store = new Store();
  readonly ledger = new Ledger(this.store);
  readonly checkpoints = new Checkpoints();
  /** Called after anything that is worth remembering. */
  onNews: ((urgent: boolean) => void) | undefined;
  readonly #detector = new EventDetector(this.store);
  readonly #subscribers = new Set<HubSubscriber>();
  #settling: NodeJS.Timeout | undefined;

  join(subscriber: HubSubscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#subscribers.clear();
  }

  /** A message of the bus as it came; whatever it is, it is handled then. Never throws. */
  message(body: unknown): void {
    const observation = decodeEnvelope(body);
    if (!observation) return;
    const change = this.store.put(observation, 'push');
    if (change) this.#notify(change);
    else for (const entry of this.ledger.onLate(observation)) this.#reportSession(entry);
  }

  /** A whole state as it was read. */
  fill(chargerId: string, raws: readonly RawObservation[], readAt: number): void {
    const filledBefore = this.store.filledAt(chargerId);
    const changes = this.store.fill(chargerId, raws, readAt);
    for (const subscriber of this.#subscribers) {
      if (subscriber.covers(chargerId)) subscriber.filled({ chargerId, changes, filledBefore });
    }
    for (const change of changes) this.#notify(change);
  }

  /** Sessions that the history told; those that it learned of at or after `since`, in ms, are new if nobody knows them. */
  found(sessions: readonly unknown[], since?: number): void {
    for (const entry of this.ledger.addArchived(sessions, since)) this.#reportSession(entry);
  }

  /** All sessions that had ended by then, in ms, are told. */
  checked(installationId: string, at: number): void {
    const { since = at } = this.checkpoints.get(installationId) ?? {};
    this.checkpoints.set(installationId, { since, checkedAt: at });
    this.onNews?.(false);
  }

  #notify(change: Change): void {
    const { id } = change.charger;
    let known = false;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.covers(id)) continue;
      known ||= subscriber.onUnknownCharger !== undefined;
      subscriber.change?.(change);
    }
    if (!known) for (const subscriber of this.#subscribers) subscriber.onUnknownCharger?.(id);
    this.#reportEvents(this.#detector.onChange(change));
    for (const entry of this.ledger.onChange(change)) this.#reportSession(entry);
    this.onNews?.(false);
  }

  #reportEvents(events: readonly ChargerEvent[]): void {
    for (const event of events) {
      for (const subscriber of this.#subscribers) if (subscriber.covers(event.chargerId)) subscriber.event?.(event);
    }
    this.#scheduleSettling();
  }

  /** Some events want a moment of patience. */
  #scheduleSettling(): void {
    const waitMs = this.#detector.settlesInMs;
    if (waitMs === undefined || this.#settling) return;
    this.#settling = setTimeout(
      () => {
        this.#settling = undefined;
        this.#reportEvents(this.#detector.settle());
      },
      Math.max(1, waitMs),
    );
    this.#settling.unref();
  }

  #reportSession(entry: LedgerEntry): void {
    for (const subscriber of this.#subscribers)
      if (subscriber.covers(entry.session.chargerId)) subscriber.session?.(entry);
    this.onNews?.(true);
  }
}
