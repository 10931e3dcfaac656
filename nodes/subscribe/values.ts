import { isDeepStrictEqual } from 'node:util';
import type { Change, ObservationValue, Store } from '../../src/client';
import type { Emission, EmissionContext } from './emission';
import { observationItem, snapshotItem } from './items';
import { Pace } from './pace';
import { viewOf } from './current';

/** A charger tells its values one by one: so long, in ms, a snapshot waits for the rest of them. */
const GATHER_MS = 100;

/** Passes on each value that is asked for. */
export function observationChanges(context: EmissionContext): Emission {
  const { settings, selection, site, store, emit, report } = context;
  const everyMs = millis(settings.every);
  const sent = new Map<string, ObservationValue | undefined>();
  const pace = new Pace<Change>(
    (change) => {
      const { charger, observation } = change;
      if (settings.onChange && everyMs > 0) {
        // It may have gone to another value and back while it was held.
        const key = keyOf(change);
        if (sent.has(key) && isDeepStrictEqual(sent.get(key), observation.value)) return;
        sent.set(key, observation.value);
      }
      emit(observationItem({ charger, observation, source: change.source, ...isOld(change, store) }, site));
    },
    { everyMs, report },
  );
  return {
    listener: {
      change(change) {
        if (!counts(change, context) || !selection.observation(change.observation)) return;
        pace.offer(keyOf(change), change);
      },
    },
    close: () => pace.close(),
  };
}

/** Passes on all of a charger whenever something of it changes. */
export function snapshotChanges(context: EmissionContext): Emission {
  const { settings, selection, site, store, emit, report } = context;
  const sent = new Map<string, string>();
  const pace = new Pace<Change>(
    ({ charger, source }) => {
      const view = viewOf(store, charger.id, selection);
      if (!view) return;
      const text = settings.onChange ? JSON.stringify(view.snapshot) : '';
      if (settings.onChange && sent.get(charger.id) === text) return;
      sent.set(charger.id, text);
      emit(snapshotItem(view, charger, site, source));
    },
    { everyMs: millis(settings.every), gatherMs: GATHER_MS, report },
  );
  return {
    listener: {
      change(change) {
        if (counts(change, context)) pace.offer(change.charger.id, change);
      },
    },
    close: () => pace.close(),
  };
}

function counts(change: Change, { settings, selection, isNews }: EmissionContext): boolean {
  return (change.changed || !settings.onChange) && isNews(change) && selection.charger(change.charger);
}

const keyOf = ({ charger, observation }: Change): string => `${charger.id} ${observation.id}`;

/** A handwritten flow may hold anything; then there is no pace. */
const millis = (seconds: number): number => (seconds > 0 ? seconds * 1000 : 0);

/** What has come by push was true right then; what was read may be the last word of a charger that is offline. */
function isOld({ source, charger, receivedAt }: Change, store: Store): { receivedAt: number; stale: boolean } {
  return { receivedAt, stale: source === 'rest' && store.view(charger.id)?.stale === true };
}
