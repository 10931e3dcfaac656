import type { RawObservation } from '../zaptec/observations';

/** What a live feed keeps fresh of the chargers of an account. */
export interface LiveStates {
  /** All that is known of a charger; undefined unless a live feed covers it. */
  observations(chargerId: string): readonly RawObservation[] | undefined;
  /** @returns a function that ends it. */
  onChange(chargerId: string, listener: () => void): () => void;
}
