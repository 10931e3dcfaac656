import { isDeepStrictEqual } from 'node:util';
import type { Change, Feed, FeedListener, ObservationValue, Store } from '../../src/client';
import { guarded } from '../shared/guard';
import { type Item } from '../shared/message';
import type { SubscribeSettings } from '../shared/properties';
import { eventItem, observationItem, sessionEventItem, sessionItem, snapshotItem } from './items';
import { inFormat, viewOf } from './latest-values';
import type { InstallationName } from './items';
import type { Selection } from './selection';
import { Throttle } from './throttle';

/** What a node passes on of one feed. */
export interface Emission {
  /** What it needs to know of the feed; a feed does less work for what nobody listens to. */
  listener: FeedListener;
  /** Nothing is passed on afterwards. */
  close(): void;
}

export interface EmissionContext {
  settings: SubscribeSettings;
  selection: Selection;
  installation: InstallationName;
  feed: Pick<Feed, 'store' | 'ready'>;
  pending: (chargerId: string) => string | undefined;
  emit: (item: Item) => void;
  report: (thrown: unknown) => void;
}

/** Turns what a feed brings into the messages that the settings ask for. */
export function emission(context: EmissionContext): Emission {
  switch (context.settings.emit) {
    case 'observations':
      return observationChanges(context);
    case 'snapshots':
      return snapshotChanges(context);
    case 'sessions':
      return { listener: { session: guarded(sessions(context), context.report) }, close };
    // Anything else is a flow written by hand, in which it means what a fresh node does.
    default:
      return {
        listener: {
          event: guarded(events(context), context.report),
          // A node that wants no session must not take one for another.
          ...(SESSION_EVENTS.some((event) => context.selection.event(event))
            ? { session: guarded(sessionEvents(context), context.report) }
            : {}),
        },
        close,
      };
  }
}

const close = () => undefined;
const SESSION_EVENTS = ['session-started', 'session-finished'] as const;

function events(context: EmissionContext): NonNullable<FeedListener['event']> {
  const { selection, installation, emit } = context;
  const { store } = context.feed;
  return (event) => {
    const { chargerId } = event;
    const charger = store.charger(chargerId) ?? { id: chargerId };
    if (!selection.event(event.event) || !selection.charger(charger)) return;
    emit(inFormat(eventItem(event, charger, installation), chargerId, { ...context, store }));
  };
}

function sessionEvents(context: EmissionContext): NonNullable<FeedListener['session']> {
  const { selection, installation, emit } = context;
  const { store } = context.feed;
  return (entry) => {
    const { chargerId } = entry.session;
    const charger = store.charger(chargerId) ?? { id: chargerId };
    const view = store.view(chargerId);
    if (!view || !selection.event(entry.kind) || !selection.charger(charger)) return;
    emit(inFormat(sessionEventItem(entry, view, charger, installation), chargerId, { ...context, store }));
  };
}

function sessions({
  selection,
  installation,
  feed: { store },
  emit,
}: EmissionContext): NonNullable<FeedListener['session']> {
  return (entry) => {
    const charger = store.charger(entry.session.chargerId) ?? { id: entry.session.chargerId };
    if (entry.kind === 'session-finished' && selection.charger(charger))
      emit(sessionItem(entry, charger, installation));
  };
}

/** A charger sends its values one by one: a snapshot waits so long, in ms, for the rest of them. */
const GATHER_MS = 100;

/** Sends each selected value. */
function observationChanges(context: EmissionContext): Emission {
  const { settings, selection, installation, emit, report } = context;
  const { store } = context.feed;
  const isWanted = wantedOf(context);
  const everyMs = millis(settings.every);
  const sent = new Map<string, ObservationValue | undefined>();
  const pace = new Throttle<Change>(
    (change) => {
      const { charger, observation } = change;
      if (settings.onChange && everyMs > 0) {
        // It may have gone to another value and back while it was held.
        const key = keyOf(change);
        if (sent.has(key) && isDeepStrictEqual(sent.get(key), observation.value)) return;
        sent.set(key, observation.value);
      }
      emit(observationItem({ charger, observation, source: change.source, ...isOld(change, store) }, installation));
    },
    { everyMs, report },
  );
  return {
    listener: {
      change: guarded((change) => {
        if (isWanted(change) && selection.observation(change.observation)) pace.offer(keyOf(change), change);
      }, report),
    },
    close: () => pace.close(),
  };
}

/** Passes on all of a charger whenever something of it changes. */
function snapshotChanges(context: EmissionContext): Emission {
  const { settings, selection, installation, emit, report } = context;
  const { store } = context.feed;
  const isWanted = wantedOf(context);
  const sent = new Map<string, string>();
  const pace = new Throttle<Change>(
    ({ charger, source }) => {
      const view = viewOf(store, charger.id, selection);
      if (!view) return;
      const text = settings.onChange ? JSON.stringify(view.snapshot) : '';
      if (settings.onChange && sent.get(charger.id) === text) return;
      sent.set(charger.id, text);
      emit(inFormat(snapshotItem(view, charger, installation, source), charger.id, { ...context, store }));
    },
    { everyMs: millis(settings.every), gatherMs: GATHER_MS, report },
  );
  return {
    listener: {
      change: guarded((change) => {
        if (isWanted(change)) pace.offer(change.charger.id, change);
      }, report),
    },
    close: () => pace.close(),
  };
}

/** Whether a change is to be sent at all: values that were read at the start are not new. */
function wantedOf({ settings, selection, feed, report }: EmissionContext): (change: Change) => boolean {
  let isReady = false;
  guarded(async () => {
    await feed.ready;
    isReady = true;
  }, report)();
  return ({ changed, source, charger }) =>
    (changed || !settings.onChange) && (source === 'push' || isReady) && selection.charger(charger);
}

const keyOf = ({ charger, observation }: Change): string => `${charger.id} ${observation.id}`;

/** A handwritten flow may hold anything; then there is no pace. */
const millis = (seconds: number): number => (seconds > 0 ? seconds * 1000 : 0);

/** What has come by push was true right then; what was read may be the last word of a charger that is offline. */
function isOld({ source, charger, receivedAt }: Change, store: Store): { receivedAt: number; stale: boolean } {
  return { receivedAt, stale: source === 'rest' && store.view(charger.id)?.stale === true };
}
