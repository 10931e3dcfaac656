import type { ValueTime } from './ages';
import { clock, type TimeSource } from '../time/clock';
import { ChargerRecord, type KnownCharger } from './charger-record';
import type { StoredValue } from './stored-values';
import type { Observation, RawObservation } from '../zaptec/observations';
import type { Snapshot } from './snapshot';
import { isObject } from '../zaptec/json';

export type { KnownCharger } from './charger-record';

export type ObservationSource = 'push' | 'rest';

/** An observation that was new, or that confirmed an old value at a newer time. */
export interface Change {
  /** At least its id: a charger that the account does not list is stored as well. */
  charger: KnownCharger;
  /** Typed, and named by the family of the device. */
  observation: Observation;
  readonly previous: Observation | undefined;
  /** False: the same value at a newer time. */
  changed: boolean;
  source: ObservationSource;
  /** ms of `clock.now()` */
  receivedAt: number;
}

/** What is known of a charger, and how well. */
export interface StoreView {
  snapshot: Snapshot;
  /** When the charger was last confirmed, ISO 8601 with `Z`. */
  time: string;
  /** ms since then */
  ageMs: number;
  /** The charger is offline, or nothing has confirmed it for 15 minutes. */
  stale: boolean;
}

/** A message of the bus may name the kind of its charger along with the observation. */
export type IncomingObservation = RawObservation & { deviceId?: string; deviceType?: number };

const NOBODY = '00000000-0000-0000-0000-000000000000';
const STALE_MS = 15 * 60_000;

/**
 * The latest observations of every charger, from wherever they came.
 *
 * | which of two values counts        |                                                                                 |
 * | --------------------------------- | ------------------------------------------------------------------------------- |
 * | one is newer                      | the newer one, however late the other arrives                                   |
 * | same time, same value             | a duplicate, which changes nothing                                              |
 * | same time, other value            | the later arrival; but a read, which is up to 15 s old, beats a message only then |
 * | same time, a value replaced before | a duplicate, delivered once more                                                |
 * | same time, one without a value    | the one that has a value: a message, or a copy of one, may have lost it         |
 * | a time in the future              | counts as now; when it comes again it is a duplicate and does not win again     |
 * | a read 15 s after such a time     | wins, since the time of the other's measurement is not known                    |
 * | a message without a time          | counts as measured when it was received                                         |
 * | a read without a time             | only fills what has no value with a time of its own                             |
 * | a read lacks an observation       | the last known value stays, with its time                                       |
 */
export class Store {
  readonly #time: TimeSource;
  readonly #records = new Map<string, ChargerRecord>();

  constructor(time: TimeSource = clock) {
    this.#time = time;
  }

  /** Ids of all chargers that a list, a message or a read has named. */
  get ids(): Iterable<string> {
    return this.#records.keys();
  }

  /** Adds what a list of the account holds; what was known and is not in it stays. */
  know(chargers: readonly KnownCharger[]): void {
    for (const charger of chargers) this.#record(charger.id)?.know(charger);
  }

  charger(chargerId: string): KnownCharger | undefined {
    return this.#records.get(chargerId)?.known;
  }

  /**
   * Takes one observation.
   * @returns undefined when it is older than what is known, a duplicate, of nobody, or not usable.
   */
  put(raw: IncomingObservation, source: ObservationSource): Change | undefined {
    const record = this.#record(raw.chargerId);
    const now = this.#time.now();
    const change = record && this.#take(record, raw, source, now);
    if (change) record.confirmedAt = now;
    return change;
  }

  /** Takes a whole `/state` of a charger, read at that time in ms of `clock.now()`. */
  fill(chargerId: string, raws: readonly RawObservation[], readAt: number): Change[] {
    const record = this.#record(chargerId);
    if (!record) return [];
    const now = this.#time.now();
    const at = Math.min(readAt, now);
    record.filledAt = Math.max(at, record.filledAt ?? at);
    record.confirmedAt = Math.max(at, record.confirmedAt ?? at);
    return raws.map((raw) => this.#take(record, raw, 'rest', now, at)).filter((change) => change !== undefined);
  }

  /** When a message or a whole read of the charger last came, ms of `clock.now()`. */
  confirmedAt(chargerId: string): number | undefined {
    return this.#records.get(chargerId)?.confirmedAt;
  }

  /** When its whole state was last read, ms of `clock.now()`. */
  filledAt(chargerId: string): number | undefined {
    return this.#records.get(chargerId)?.filledAt;
  }

  /** Undefined while nothing but its name is known. The snapshot belongs to the caller. */
  view(chargerId: string, options: { observations?: boolean } = {}): StoreView | undefined {
    const record = this.#records.get(chargerId);
    if (record?.confirmedAt === undefined) return undefined;
    const snapshot = record.snapshot(options.observations === true);
    const ageMs = this.#time.now() - record.confirmedAt;
    const stale = snapshot.online === false || ageMs > STALE_MS;
    return { snapshot, time: this.#time.iso(record.confirmedAt), ageMs, stale };
  }

  /** When each value of a charger was measured, ms since 1970. */
  times(chargerId: string): Iterable<ValueTime> {
    return this.#records.get(chargerId)?.times() ?? [];
  }

  /** One observation as it is known now. */
  observation(chargerId: string, id: number): Observation | undefined {
    return this.#records.get(chargerId)?.observation(id);
  }

  /** All observations of a charger in the form of `/state`. */
  raw(chargerId: string): RawObservation[] {
    return this.#records.get(chargerId)?.raw() ?? [];
  }

  /** Everything as plain JSON with wall times, to be kept over a restart. */
  dump(): unknown {
    return { schema: 1, chargers: [...this.#records.values()].map((record) => record.dump()) };
  }

  /** Takes what `dump` gave. Whatever else it holds is passed over, and nothing newer is overwritten. */
  restore(dumped: unknown): void {
    const chargers: unknown = isObject(dumped) && dumped['schema'] === 1 ? dumped['chargers'] : undefined;
    if (!Array.isArray(chargers)) return;
    for (const charger of chargers.filter(isObject)) {
      const known = charger['known'];
      const id = isObject(known) ? known['id'] : undefined;
      if (typeof id === 'string') this.#record(id)?.restore(charger);
    }
  }

  #record(chargerId: string): ChargerRecord | undefined {
    const found = this.#records.get(chargerId);
    if (found !== undefined || chargerId === NOBODY || chargerId === '') return found;
    const record = new ChargerRecord(chargerId, this.#time);
    this.#records.set(chargerId, record);
    return record;
  }

  #take(
    record: ChargerRecord,
    raw: IncomingObservation,
    source: ObservationSource,
    now: number,
    readAt = now,
  ): Change | undefined {
    if (raw.deviceId !== undefined || raw.deviceType !== undefined) record.identify(raw.deviceId, raw.deviceType);
    const before = record.value(raw.stateId);
    const after = record.take(raw, { pushed: source === 'push', now, readAt });
    if (after === undefined) return undefined;
    return new LazyChange(record, after, before, { source, receivedAt: now, timestamp: raw.timestamp });
  }
}

/** Few listeners look at the value before, and the bus has thousands of messages a second: it is read when asked for. */
class LazyChange implements Change {
  readonly charger: KnownCharger;
  readonly observation: Observation;
  readonly changed: boolean;
  readonly source: ObservationSource;
  readonly receivedAt: number;
  readonly #record: ChargerRecord;
  readonly #before: StoredValue | undefined;

  constructor(
    record: ChargerRecord,
    after: StoredValue,
    before: StoredValue | undefined,
    { source, receivedAt, timestamp }: Pick<Change, 'source' | 'receivedAt'> & { timestamp: string | undefined },
  ) {
    this.charger = record.known;
    this.observation = record.read(after, timestamp);
    this.changed = before?.text !== after.text || before === undefined;
    this.source = source;
    this.receivedAt = receivedAt;
    this.#record = record;
    this.#before = before;
  }

  get previous(): Observation | undefined {
    return this.#before && this.#record.read(this.#before);
  }
}
