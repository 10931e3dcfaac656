import type { RawObservation } from '../zaptec/observations';
import type { Feeds } from './feeds';

/** What a live feed knows of the chargers of an account, for those who wait for one to change. */
export interface LiveStates {
  /** All that is known of a charger; undefined unless a live feed covers it. */
  observations(chargerId: string): readonly RawObservation[] | undefined;
  /** @returns a function that unsubscribes. */
  onChange(chargerId: string, listener: () => void): () => void;
}

export function liveStates(feeds: Feeds): LiveStates {
  return {
    observations: (chargerId) => feeds.liveView(chargerId, {}) && feeds.hub.store.raw(chargerId),
    onChange: (chargerId, listener) =>
      feeds.hub.subscribe({
        chargers: { ids: new Set([chargerId]) },
        change: listener,
        filled: listener,
      }),
  };
}
