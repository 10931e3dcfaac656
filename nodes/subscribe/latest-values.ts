import type { KnownCharger, Store, StoreView } from '../../src/client';
import { type Item } from '../shared/message';
import type { SubscribeSettings } from '../shared/properties';
import { observationItem, snapshotItem } from './items';
import type { Site } from './items';
import type { Selection } from './selection';

export interface LatestContext {
  settings: Pick<SubscribeSettings, 'emit'>;
  selection: Selection;
  site: Site;
  store: Store;
}

/** All that is known at present of the chargers that a node is about, as if it had just come. */
export function latestItems(context: LatestContext, all = false): Item[] {
  const { settings, selection, site, store } = context;
  return chargersOf(store, site)
    .filter((charger) => selection.charger(charger))
    .flatMap((charger) => {
      if (settings.emit === 'observations') return observationItems(charger, context);
      const view = all ? store.view(charger.id, { observations: true }) : viewOf(store, charger.id, selection);
      return view ? [snapshotItem(view, charger, site, 'store')] : [];
    });
}

/** The chargers of an installation, as far as anything is known of them. */
export function chargersOf(store: Store, site: Site): KnownCharger[] {
  return [...store.ids].flatMap((id) => {
    const charger = store.charger(id);
    return charger?.installationId === site.id ? [charger] : [];
  });
}

function observationItems(charger: KnownCharger, { selection, site, store }: LatestContext): Item[] {
  const view = store.view(charger.id);
  if (!view) return [];
  const receivedAt = Date.parse(view.time);
  return store
    .raw(charger.id)
    .flatMap(({ stateId }) => store.observation(charger.id, stateId) ?? [])
    .filter((observation) => selection.observation(observation))
    .map((observation) =>
      observationItem({ charger, observation, source: 'store', receivedAt, stale: view.stale }, site),
    );
}

/** A charger as a snapshot, with the observations by name that were asked for. */
export function viewOf(store: Store, chargerId: string, selection: Selection): StoreView | undefined {
  const names = selection.named(() =>
    store.raw(chargerId).flatMap(({ stateId }) => store.observation(chargerId, stateId) ?? []),
  );
  const view = store.view(chargerId, { observations: names !== undefined });
  const { observations } = view?.snapshot ?? {};
  if (!view || !observations || !names) return view;
  const chosen = Object.fromEntries(Object.entries(observations).filter(([name]) => names.has(name)));
  return { ...view, snapshot: { ...view.snapshot, observations: chosen } };
}
