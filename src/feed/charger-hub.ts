import { EventDetector, type ChargerEvent } from '../state/events';
import { Ledger, type LedgerEntry } from '../state/ledger';
import { Store, type Change } from '../state/store';
import { clock } from '../time/clock';
import type { RawObservation } from '../zaptec/observations';
import { decodeEnvelope, isDamaged } from './bus/envelope';
import { Checkpoints } from './checkpoints';
import { Positions } from './positions';
import { SessionOutbox } from './session-outbox';
import type { ChargerSet, FeedListener } from './types';

/** A whole state that was just read. */
export interface Fill {
  chargerId: string;
  changes: readonly Change[];
  /** When the charger's state was read the time before, ms of `clock.now()`. */
  filledBefore: number | undefined;
}

/** Receives what happens to some of the chargers. */
export interface HubSubscriber extends Pick<FeedListener, 'change' | 'event'> {
  /** All that the account sees, unless given. */
  readonly chargers?: ChargerSet;
  filled?(fill: Fill): void;
  /** A message came whose content is lost; it may have been about any charger. */
  damaged?(): void;
  /** A message came about a charger that is in no list: it may be new. */
  unlisted?(chargerId: string): void;
}

/**
 * What an account knows of its chargers, whether it came by push or was read, and who is notified. A subscriber with
 * `unlisted` is about the chargers of its list.
 */
export class ChargerHub {
  readonly store = new Store();
  readonly ledger = new Ledger(this.store);
  readonly checkpoints = new Checkpoints();
  readonly positions = new Positions();
  readonly outbox = new SessionOutbox();
  /** The name of a user, where it was read. */
  userName: ((userId: string) => string | undefined) | undefined;
  /** Called after anything that is worth saving. */
  onUpdate: ((urgent: boolean) => void) | undefined;
  readonly detector = new EventDetector(this.store);
  readonly #subscribers = new Set<HubSubscriber>();
  #settling: NodeJS.Timeout | undefined;

  /** @returns a function that unsubscribes. */
  subscribe(subscriber: HubSubscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#subscribers.clear();
  }

  /** Takes the body of a message as it came. Never throws, whatever the body. */
  readonly onMessage = (body: unknown): void => {
    const observation = decodeEnvelope(body);
    if (!observation) {
      if (isDamaged(body)) for (const subscriber of this.#subscribers) subscriber.damaged?.();
      return;
    }
    const change = this.store.put(observation, 'push');
    if (change) this.#onChange(change);
    else for (const entry of this.ledger.onLate(observation)) this.#onSession(entry);
  };

  /** Takes a whole state that was just read. */
  fill(chargerId: string, raws: readonly RawObservation[]): void {
    const filledBefore = this.store.filledAt(chargerId);
    const changes = this.store.fill(chargerId, raws, clock.now());
    for (const subscriber of this.#subscribers) {
      if (isAbout(subscriber, chargerId)) subscriber.filled?.({ chargerId, changes, filledBefore });
    }
    this.#onEvents(this.detector.onRead(changes));
    for (const change of changes) this.#onChange(change);
  }

  /** Takes entries of the archive; `since` as in `Ledger.addArchived`. */
  addArchived(sessions: readonly unknown[], since?: number): void {
    for (const entry of this.ledger.addArchived(sessions, since)) this.#onSession(entry, true);
  }

  /** All sessions that had ended by then, ms of `clock.now()`, are reported. */
  setChecked(installationId: string, at: number): void {
    const checkedUntil = clock.cloud(at);
    const { since = checkedUntil } = this.checkpoints.get(installationId) ?? {};
    // One in the future was written by a clock that was ahead.
    this.checkpoints.set(installationId, { since: Math.min(since, checkedUntil), checkedAt: at });
    this.onUpdate?.(false);
  }

  #onChange(change: Change): void {
    const { id } = change.charger;
    let listed = false;
    for (const subscriber of this.#subscribers) {
      if (!isAbout(subscriber, id)) continue;
      listed ||= subscriber.unlisted !== undefined;
      subscriber.change?.(change);
    }
    if (!listed) for (const subscriber of this.#subscribers) subscriber.unlisted?.(id);
    this.#onEvents(this.detector.onChange(change));
    for (const entry of this.ledger.onChange(change)) this.#onSession(entry);
    this.onUpdate?.(false);
  }

  #onEvents(events: readonly ChargerEvent[]): void {
    for (const event of events) {
      for (const subscriber of this.#subscribers) {
        if (isAbout(subscriber, event.chargerId)) subscriber.event?.(event);
      }
    }
    this.#settleLater();
  }

  /** Some events have to wait for messages of the same moment. */
  #settleLater(): void {
    const waitMs = this.detector.settlesInMs;
    if (waitMs === undefined || this.#settling) return;
    this.#settling = setTimeout(
      () => {
        this.#settling = undefined;
        this.#onEvents(this.detector.settle());
      },
      Math.max(1, Math.ceil(waitMs)),
    );
    this.#settling.unref();
  }

  #onSession(entry: LedgerEntry, archived = false): void {
    this.outbox.add(this.#named(entry), archived);
    this.onUpdate?.(true);
  }

  /** Only the archive names who charged; a message has no more than the id. */
  #named(entry: LedgerEntry): LedgerEntry {
    const { userId, userName = userId && this.userName?.(userId) } = entry.session;
    return userName ? { ...entry, session: { ...entry.session, userName } } : entry;
  }
}

function isAbout({ chargers }: HubSubscriber, chargerId: string): boolean {
  return chargers?.ids.has(chargerId) ?? true;
}
