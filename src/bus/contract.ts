import type { Observation, RawObservation } from '../state/observations';
import type { Snapshot } from '../state/snapshot';

// Stands in for the store, events and ledger until they are there.

export interface KnownCharger {
  id: string;
  name?: string;
  deviceId?: string;
  deviceType?: number;
  installationId?: string;
  installationName?: string;
  isOnline?: boolean;
  operatingMode?: number;
}

export interface Change {
  charger: KnownCharger;
  raw: RawObservation;
  observation: Observation;
  previous: Observation | undefined;
  changed: boolean;
  source: 'push' | 'rest';
  receivedAt: number;
}

export interface StoreView {
  snapshot: Snapshot;
  time: string;
  ageMs: number;
  stale: boolean;
}

export interface Store {
  view(chargerId: string, options?: { observations?: boolean }): StoreView | undefined;
  charger(chargerId: string): KnownCharger | undefined;
  raw(chargerId: string): RawObservation[];
}

export interface ChargerEvent {
  event: string;
  chargerId: string;
  time: string;
  snapshot: Snapshot;
}

export interface LedgerEntry {
  kind: 'session-started' | 'session-finished';
  session: { id: string; chargerId: string } & Record<string, unknown>;
}
