import { STATE_KEPT_MS } from '../http/endpoints';
import type { TimeSource } from '../time/clock';
import { utcOf } from '../zaptec/decode/times';
import { familyOf } from '../zaptec/device';
import { readObservation, type DeviceFamily, type Observation, type RawObservation } from '../zaptec/observations';
import { snapshotOf, type Snapshot } from './snapshot';
import { isObject } from '../zaptec/json';
import { StoredValues, type StoredValue } from './stored-values';

/** What lists hold of a charger apart from its observations. */
export interface KnownCharger {
  id: string;
  name?: string;
  /** The serial. */
  deviceId?: string;
  deviceType?: number;
  installationId?: string;
  installationName?: string;
  isOnline?: boolean;
  /** Code of 710. */
  operatingMode?: number;
}

const NO_TIME = -1;
const UTC_LENGTH = '2026-05-04T10:11:12.500Z'.length;
/** guess: no charger, and no answer on its way, is further ahead of the cloud's clock unless its time is wrong, ms. */
const AHEAD_MS = 60_000;
/** Zaptec knows fewer than 250 ids; a stream of invented ones must not fill the memory. */
const MOST_OBSERVATIONS = 500;

/** guess: a message is delivered again before so many others of its id. */
const MOST_REPLACED = 4;

const TEXTS = ['name', 'deviceId', 'installationId', 'installationName'] as const;
const NUMBERS = ['deviceType', 'operatingMode'] as const;

/** One charger of the store. The text of a value is kept once; everything else is derived when it is asked for. */
export class ChargerRecord {
  /** When a message or a whole read last came, ms of `clock.now()`. */
  confirmedAt: number | undefined = undefined;
  /** When its whole state was last read, ms of `clock.now()`. */
  filledAt: number | undefined = undefined;
  readonly #time: TimeSource;
  #known: KnownCharger;
  #family: DeviceFamily | undefined;
  #snapshot: Snapshot | undefined;
  readonly #values = new StoredValues();
  /** By id the last times that were in the future when they came; only for chargers whose clock is ahead. */
  #ahead: Map<number, number[]> | undefined;

  constructor(id: string, time: TimeSource) {
    this.#known = { id };
    this.#time = time;
  }

  get known(): KnownCharger {
    return this.#known;
  }

  /** Takes the fields that are there and of their type. */
  know(charger: Partial<Record<keyof KnownCharger, unknown>>): void {
    const known: KnownCharger = { ...this.#known };
    for (const field of TEXTS) if (typeof charger[field] === 'string') known[field] = charger[field];
    for (const field of NUMBERS) if (typeof charger[field] === 'number') known[field] = charger[field];
    if (typeof charger.isOnline === 'boolean') known.isOnline = charger.isOnline;
    this.#known = known;
    this.#family = undefined;
    this.#snapshot = undefined;
  }

  /** What a message says of its charger counts only where no list says it. */
  identify(deviceId: string | undefined, deviceType: number | undefined): void {
    const { deviceId: serial = deviceId, deviceType: type = deviceType } = this.#known;
    if (serial !== this.#known.deviceId || type !== this.#known.deviceType) {
      this.know({ deviceId: serial, deviceType: type });
    }
  }

  value(id: number): StoredValue | undefined {
    return this.#values.get(id);
  }

  /**
   * The stored value if this one counts, else undefined; the rules are those of the store.
   * @param now ms of `clock.now()`, as `readAt`.
   */
  take(raw: RawObservation, { pushed, now, readAt = now }: { pushed: boolean; now: number; readAt?: number }) {
    const { stateId: id, timestamp, valueAsString: text } = raw;
    const measuredAt = Date.parse(utcOf(timestamp ?? '') ?? '');
    const isAhead = measuredAt > this.#latest(now);
    if ((isAhead || this.#ahead !== undefined) && this.#wasAhead(id, measuredAt, isAhead)) return undefined;
    const most = isAhead ? this.#nowOf(now) : now;
    const at = Number.isNaN(measuredAt) ? (pushed ? this.#receivedAt(id, now) : NO_TIME) : Math.min(measuredAt, most);
    return this.#set({ id, at, text, pushed, isTimeUnknown: isAhead }, readAt);
  }

  /** @param timestamp the text that its time came as: spares making the same text again. */
  read(value: StoredValue, timestamp?: string): Observation {
    this.#family ??= familyOf(this.#known.deviceType, this.#known.deviceId);
    return readObservation(this.#rawOf(value, timestamp), this.#family);
  }

  observation(id: number): Observation | undefined {
    const value = this.#values.get(id);
    return value && this.read(value);
  }

  /** When each value was measured, by id; without those that have no time. */
  *times(): Iterable<readonly [id: number, at: number]> {
    for (const { id, at } of this.#values) if (at !== NO_TIME) yield [id, at];
  }

  raw(): RawObservation[] {
    return [...this.#values].map((value) => this.#rawOf(value));
  }

  /** A copy of its own for each caller; kept until something changes, unless every observation is asked for. */
  snapshot(observations: boolean): Snapshot {
    if (observations) return snapshotOf(this.#known, this.raw(), { observations });
    this.#snapshot ??= snapshotOf(this.#known, this.raw());
    const copy = { ...this.#snapshot };
    if (copy.currentA) copy.currentA = { ...copy.currentA };
    if (copy.voltageV) copy.voltageV = { ...copy.voltageV };
    return copy;
  }

  /** Plain JSON with wall times. */
  dump(): unknown {
    const confirmedAt = this.confirmedAt && this.#time.wall(this.confirmedAt);
    const filledAt = this.filledAt && this.#time.wall(this.filledAt);
    const observations = [...this.#values].map(({ id, at, text, pushed }) => [id, at, pushed, text ?? null]);
    return { known: this.#known, confirmedAt, filledAt, observations };
  }

  restore(dumped: Record<string, unknown>): void {
    const { known, confirmedAt, filledAt, observations } = dumped;
    const now = this.#time.now();
    // A list that was read since the restart knows better.
    if (isObject(known)) this.know({ ...known, ...this.#known });
    this.confirmedAt = later(this.confirmedAt, confirmedAt, this.#time);
    this.filledAt = later(this.filledAt, filledAt, this.#time);
    for (const entry of Array.isArray(observations) ? (observations as unknown[]) : []) {
      const [id, at, pushed, text] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (!Number.isSafeInteger(id) || !Number.isSafeInteger(at) || (at as number) < NO_TIME) continue;
      const value = typeof text === 'string' ? text : undefined;
      const measuredAt = Math.min(at as number, this.#nowOf(now));
      const stored = { id: id as number, at: measuredAt, text: value, pushed: pushed === true, isTimeUnknown: false };
      this.#set(stored, measuredAt);
    }
  }

  /** ms since 1970: by the cloud's clock where ours is ahead, or was once. */
  #nowOf(now: number): number {
    return Math.min(now, this.#time.cloud(now));
  }

  /** A later time is in the future, ms since 1970. */
  #latest(now: number): number {
    return Math.min(now, this.#time.cloud(now) + AHEAD_MS);
  }

  /** The cloud's time at which a message without a time came; after the last value, whatever the wall clock shows. */
  #receivedAt(id: number, now: number): number {
    return Math.max(this.#time.cloud(now), this.#values.get(id)?.at ?? NO_TIME);
  }

  #rawOf({ id, at, text }: StoredValue, timestamp?: string): RawObservation {
    const raw: RawObservation = { chargerId: this.#known.id, stateId: id };
    if (at !== NO_TIME) raw.timestamp = isUtcOf(timestamp, at) ? timestamp : new Date(at).toISOString();
    if (text !== undefined) raw.valueAsString = text;
    return raw;
  }

  #set(value: StoredValue, readAt: number): StoredValue | undefined {
    const known = this.#values.get(value.id);
    if (known === undefined ? this.#values.size >= MOST_OBSERVATIONS : !beats(value, known, readAt)) return undefined;
    const successor = known?.at === value.at ? withReplaced(known, value) : value;
    this.#values.set(successor);
    this.#snapshot = undefined;
    return successor;
  }

  /** Whether this time, or a later one while it is in the future, has counted as now before. */
  #wasAhead(id: number, measuredAt: number, isAhead: boolean): boolean {
    const times = this.#ahead?.get(id) ?? [];
    if (times.includes(measuredAt)) return true;
    if (!isAhead) return false;
    if (times.some((time) => time > measuredAt)) return true;
    this.#ahead ??= new Map();
    if (this.#ahead.size < MOST_OBSERVATIONS) this.#ahead.set(id, [...times, measuredAt].slice(-MOST_REPLACED));
    return false;
  }
}

/** Whether a text is the time `at` in the form of `toISOString`. */
function isUtcOf(time: string | undefined, at: number): time is string {
  return time?.length === UTC_LENGTH && time.endsWith('Z') && Date.parse(time) === at;
}

function beats(value: StoredValue, known: StoredValue, readAt: number): boolean {
  const isDifferent = value.text !== known.text;
  const isLateRead = !value.pushed && readAt - known.at > STATE_KEPT_MS;
  if (known.isTimeUnknown && isLateRead) return isDifferent;
  if (value.at !== known.at) return value.at > known.at;
  // A message may have lost its value, and so may a copy of one.
  if (!isDifferent || value.text === undefined) return false;
  if (known.text === undefined || isLateRead) return true;
  if (known.replaced?.includes(value.text)) return false;
  return value.pushed || !known.pushed;
}

/** Two values of one moment: the one that was replaced may be delivered once more. */
function withReplaced({ text, replaced = [] }: StoredValue, value: StoredValue): StoredValue {
  return text === undefined ? value : { ...value, replaced: [...replaced, text].slice(-MOST_REPLACED) };
}

function later(known: number | undefined, wallMs: unknown, time: TimeSource): number | undefined {
  if (!Number.isSafeInteger(wallMs)) return known;
  return Math.max(known ?? 0, time.fromWall(wallMs as number));
}
