import type { KnownCharger, Snapshot, Store } from '../../src/client';

/** A charger of the store and its state. */
export interface StoredCar {
  known: KnownCharger;
  snapshot: Snapshot;
}

/**
 * The charger that a reference names, as the account's store has it: no request is made. Without a reference the only
 * charger of the store. Undefined while nothing is known, and where a name could mean several.
 */
export function storedCar(store: Store, reference: string | undefined): StoredCar | undefined {
  const all = [...store.ids].flatMap((id) => store.charger(id) ?? []);
  const meant = reference === undefined ? all : all.filter((known) => isNamed(known, reference));
  const [known] = meant;
  const view = known === undefined || meant.length > 1 ? undefined : store.view(known.id);
  return known && view && { known, snapshot: view.snapshot };
}

/** Whether a reference is the id, the serial number or the name of a charger. */
export function isNamed(known: { id?: unknown; deviceId?: unknown; name?: unknown }, reference: string): boolean {
  const wanted = reference.trim().toLowerCase();
  return [known.id, known.deviceId, known.name].some(
    (name) => typeof name === 'string' && name.toLowerCase() === wanted,
  );
}
