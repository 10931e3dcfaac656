import type { RawObservation } from '../zaptec/observations';
import type { Feeds } from './feeds';

/** What a live feed knows of the chargers of an account, for those who wait for one to change. */
export interface LiveStates {
  /** All that is known of a charger; undefined unless a live feed covers it. */
  observations(chargerId: string): readonly RawObservation[] | undefined;
  /** @returns a function that unsubscribes. */
  onChange(chargerId: string, listener: () => void): () => void;
}

/** What messages have said of the chargers of an account, whether or not a live feed covers them. */
export interface NewerStates {
  /** All that is known of a charger if any of it came after that time of `clock.now()`, in ms; else undefined. */
  newerThan(chargerId: string, at: number): RawObservation[] | undefined;
}

export function liveStates(feeds: Feeds): LiveStates & NewerStates {
  return {
    observations: (chargerId) => feeds.liveView(chargerId, {}) && feeds.hub.store.raw(chargerId),
    newerThan: (chargerId, at) => {
      const { store } = feeds.hub;
      return (store.confirmedAt(chargerId) ?? -Infinity) > at ? store.raw(chargerId) : undefined;
    },
    onChange: (chargerId, listener) =>
      feeds.hub.subscribe({
        chargers: { ids: new Set([chargerId]) },
        change: listener,
        filled: listener,
      }),
  };
}
