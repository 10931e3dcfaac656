import type { LiveStates } from './live';
import type { Feeds } from './feeds';

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
