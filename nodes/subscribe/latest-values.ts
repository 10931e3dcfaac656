import type { KnownCharger, Store, StoreView } from '../../src/client';
import { type Item } from '../shared/message';
import type { SubscribeSettings } from '../shared/properties';
import { formatted } from '../shared/snapshot-format';
import { observationItem, snapshotItem } from './items';
import type { InstallationName } from './items';
import type { Selection } from './selection';

export interface LatestContext {
  settings: Pick<SubscribeSettings, 'emit' | 'format'>;
  selection: Selection;
  installation: InstallationName;
  store: Store;
  pending: (chargerId: string) => string | undefined;
}

/** All that is known at present of the chargers that a node is about, as if it had just come. */
export function latestItems(context: LatestContext, all = false): Item[] {
  const { settings, selection, installation, store } = context;
  return chargersOf(store, installation)
    .filter((charger) => selection.charger(charger))
    .flatMap((charger) => {
      if (settings.emit === 'observations') return observationItems(charger, context);
      const view = all ? store.view(charger.id, { observations: true }) : viewOf(store, charger.id, selection);
      return view ? [inFormat(snapshotItem(view, charger, installation, 'store'), charger.id, context)] : [];
    });
}

/** The chargers of an installation, as far as anything is known of them. */
export function chargersOf(store: Store, installation: InstallationName): KnownCharger[] {
  return [...store.ids].flatMap((id) => {
    const charger = store.charger(id);
    return charger?.installationId === installation.id ? [charger] : [];
  });
}

function observationItems(charger: KnownCharger, { selection, installation, store }: LatestContext): Item[] {
  const view = store.view(charger.id);
  if (!view) return [];
  const receivedAt = Date.parse(view.time);
  return store
    .raw(charger.id)
    .flatMap(({ stateId }) => store.observation(charger.id, stateId) ?? [])
    .filter((observation) => selection.observation(observation))
    .map((observation) =>
      observationItem({ charger, observation, source: 'store', receivedAt, stale: view.stale }, installation),
    );
}

/** A message about the state of a charger, in the form of the settings. */
export function inFormat(
  item: Item,
  chargerId: string,
  { settings: { format }, store, pending }: Pick<LatestContext, 'settings' | 'store' | 'pending'>,
): Item {
  return formatted(item, format, { times: store.times(chargerId), pending: pending(chargerId) });
}

/** A charger as a snapshot, with the selected observations by name. */
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
