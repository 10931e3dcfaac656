import type { Feeds } from './feeds';
import type { RawObservation } from '../zaptec/observations';

/** What a live feed keeps fresh of the chargers of an account. */
export interface LiveStates {
  /** All that is known of a charger; undefined unless a live feed covers it. */
  observations(chargerId: string): readonly RawObservation[] | undefined;
  /** @returns a function that ends it. */
  onChange(chargerId: string, listener: () => void): () => void;
}

/** What the feeds of an account know of single chargers, for those who wait for one to change. */
export function liveStates(feeds: Feeds): LiveStates {
  return {
    observations: (chargerId) => feeds.liveView(chargerId, {}) && feeds.hub.store.raw(chargerId),
    onChange: (chargerId, listener) =>
      feeds.hub.join({
        covers: (id) => id === chargerId,
        change: listener,
        filled: listener,
      }),
  };
}
