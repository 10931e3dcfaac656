import type { Change, FeedListener, Store } from '../../src/client';
import type { Item } from '../shared/output';
import type { SubscribeSettings } from '../shared/properties';
import { eventItem, sessionEventItem, sessionItem } from './items';
import type { Site } from './place';
import type { Selection } from './selection';
import { observationChanges, snapshotChanges } from './values';

/** What a node passes on of one feed. */
export interface Emission {
  /** What it must be told of the feed. */
  listener: FeedListener;
  /** Nothing is passed on afterwards. */
  close(): void;
}

export interface EmissionContext {
  settings: SubscribeSettings;
  selection: Selection;
  site: Site;
  store: Store;
  /** Whether a change is to be told at all: what was read at the start is no news. */
  isNews: (change: Change) => boolean;
  emit: (item: Item) => void;
  report: (thrown: unknown) => void;
}

/** Turns what a feed tells into what the settings ask for. */
export function emission(context: EmissionContext): Emission {
  switch (context.settings.emit) {
    case 'observations':
      return observationChanges(context);
    case 'snapshots':
      return snapshotChanges(context);
    case 'sessions':
      return { listener: { session: sessions(context) }, close };
    // Anything else is a flow written by hand, in which it means what a fresh node does.
    default:
      return { listener: { event: events(context), session: sessionEvents(context) }, close };
  }
}

const close = () => undefined;

function events({ selection, site, store, emit }: EmissionContext): NonNullable<FeedListener['event']> {
  return (event) => {
    const charger = store.charger(event.chargerId) ?? { id: event.chargerId };
    if (selection.event(event.event) && selection.charger(charger)) emit(eventItem(event, charger, site));
  };
}

function sessionEvents({ selection, site, store, emit }: EmissionContext): NonNullable<FeedListener['session']> {
  return (entry) => {
    const { chargerId } = entry.session;
    const charger = store.charger(chargerId) ?? { id: chargerId };
    const view = store.view(chargerId);
    if (!view || !selection.event(entry.kind) || !selection.charger(charger)) return;
    emit(sessionEventItem(entry, view, charger, site));
  };
}

function sessions({ selection, site, store, emit }: EmissionContext): NonNullable<FeedListener['session']> {
  return (entry) => {
    const charger = store.charger(entry.session.chargerId) ?? { id: entry.session.chargerId };
    if (entry.kind === 'session-finished' && selection.charger(charger)) emit(sessionItem(entry, charger, site));
  };
}
