import { clock, type KnownCharger, OBSERVATION, type Snapshot, type Store } from '../../../src/client';

/** A charger of the account's store, its state, and how old each value is. */
export interface StoredCharger {
  known: KnownCharger;
  snapshot: Snapshot;
  /** ms since a message or a read last confirmed the charger. */
  confirmedMs: number;
  /** The charger is offline, or nothing has confirmed it for 15 minutes. */
  stale: boolean;
  /** ms since the charger measured a value; undefined for a value that is not known. Only a changed value is sent anew. */
  ages: { readonly [V in keyof typeof VALUES]: number | undefined };
}

const VALUES = {
  mode: OBSERVATION.ChargerOperationMode,
  powerW: OBSERVATION.TotalChargePower,
  current1: OBSERVATION.CurrentPhase1,
  current2: OBSERVATION.CurrentPhase2,
  current3: OBSERVATION.CurrentPhase3,
  allocatedA: OBSERVATION.ChargeCurrentSet,
  sessionKwh: OBSERVATION.TotalChargePowerSession,
} as const;

/** Which chargers are meant; undefined means all. */
export interface StoredChoice {
  charger: string | undefined;
  installation: string | undefined;
}

/** The chargers that are meant, as far as the account's store has their state. No request is made. */
export function storedChargers(store: Store, { charger, installation }: StoredChoice): StoredCharger[] {
  return [...store.ids].flatMap((id) => {
    const known = store.charger(id);
    const isMeant =
      known !== undefined &&
      (charger === undefined || isNamed(known, charger)) &&
      (installation === undefined || isNamed({ id: known.installationId, name: known.installationName }, installation));
    const view = isMeant ? store.view(id) : undefined;
    if (!view || !known) return [];
    return [{ known, snapshot: view.snapshot, confirmedMs: view.ageMs, stale: view.stale, ages: agesOf(store, id) }];
  });
}

/** Whether a reference is the id, the serial number or the name of a charger, or the id or the name of an installation. */
export function isNamed(known: { id?: unknown; deviceId?: unknown; name?: unknown }, reference: string): boolean {
  const wanted = reference.trim().toLowerCase();
  return [known.id, known.deviceId, known.name].some(
    (name) => typeof name === 'string' && name.toLowerCase() === wanted,
  );
}

function agesOf(store: Store, chargerId: string): StoredCharger['ages'] {
  const ages = Object.entries(VALUES).map(([name, id]) => {
    const { time } = store.observation(chargerId, id) ?? {};
    return [name, time === undefined ? undefined : clock.sinceCloud(Date.parse(time))];
  });
  return Object.fromEntries(ages) as StoredCharger['ages'];
}
