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
  stranger?(chargerId: string): void;
}

/** What an account knows of its chargers, whether it came by push or was read, and who is told of it. */
export class ChargerHub {
  readonly store = new Store();
  readonly ledger = new Ledger(this.store);
  readonly marks = new Checkpoints();
  /** Called after anything that is worth remembering. */
  onNews: ((urgent: boolean) => void) | undefined;
  readonly #detector = new EventDetector(this.store);
  readonly #audience = new Set<HubSubscriber>();
  #settling: NodeJS.Timeout | undefined;

  join(member: HubSubscriber): () => void {
    this.#audience.add(member);
    return () => this.#audience.delete(member);
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#audience.clear();
  }

  /** A message of the bus as it came; whatever it is, it is handled then. Never throws. */
  message(body: unknown): void {
    const observation = decodeEnvelope(body);
    if (!observation) return;
    const change = this.store.put(observation, 'push');
    if (change) this.#tell(change);
    else for (const entry of this.ledger.onLate(observation)) this.#enter(entry);
  }

  /** A whole state as it was read. */
  fill(chargerId: string, raws: readonly RawObservation[], readAt: number): void {
    const filledBefore = this.store.filledAt(chargerId);
    const changes = this.store.fill(chargerId, raws, readAt);
    for (const member of this.#audience) {
      if (member.covers(chargerId)) member.filled({ chargerId, changes, filledBefore });
    }
    for (const change of changes) this.#tell(change);
  }

  /** Sessions that the history told; those that it learned of at or after `since`, in ms, are new if nobody knows them. */
  found(sessions: readonly unknown[], since?: number): void {
    for (const entry of this.ledger.addArchived(sessions, since)) this.#enter(entry);
  }

  /** All sessions that had ended by then, in ms, are told. */
  checked(installationId: string, at: number): void {
    const { since = at } = this.marks.get(installationId) ?? {};
    this.marks.set(installationId, { since, checkedAt: at });
    this.onNews?.(false);
  }

  #tell(change: Change): void {
    const { id } = change.charger;
    let known = false;
    for (const member of this.#audience) {
      if (!member.covers(id)) continue;
      known ||= member.stranger !== undefined;
      member.change?.(change);
    }
    if (!known) for (const member of this.#audience) member.stranger?.(id);
    this.#happened(this.#detector.onChange(change));
    for (const entry of this.ledger.onChange(change)) this.#enter(entry);
    this.onNews?.(false);
  }

  #happened(events: readonly ChargerEvent[]): void {
    for (const event of events) {
      for (const member of this.#audience) if (member.covers(event.chargerId)) member.event?.(event);
    }
    this.#settleLater();
  }

  /** Some events want a moment of patience. */
  #settleLater(): void {
    const waitMs = this.#detector.settlesInMs;
    if (waitMs === undefined || this.#settling) return;
    this.#settling = setTimeout(
      () => {
        this.#settling = undefined;
        this.#happened(this.#detector.settle());
      },
      Math.max(1, waitMs),
    );
    this.#settling.unref();
  }

  #enter(entry: LedgerEntry): void {
    for (const member of this.#audience) if (member.covers(entry.session.chargerId)) member.session?.(entry);
    this.onNews?.(true);
  }
}
