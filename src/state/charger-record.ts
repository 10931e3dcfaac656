import { utcOf } from '../zaptec/decode/times';
import { familyOf } from '../zaptec/device';
import { readObservation, type DeviceFamily, type Observation, type RawObservation } from '../zaptec/observations';
import { snapshotOf, type Snapshot } from './snapshot';
import { isObject } from '../zaptec/json';

/** What lists tell of a charger apart from its observations. */
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

/** The latest value of one observation. Never changed: a newer one takes its place. */
export interface Entry {
  readonly id: number;
  /** When it was measured, ms since 1970; -1: a read told no time. */
  readonly at: number;
  readonly text: string | undefined;
  /** By a message, and not by a read, which is up to 15 s old (`zaptec-api.md` 2.8). */
  readonly pushed: boolean;
  /** Its time was in the future when it came, so nobody knows when it was measured. */
  readonly unsure: boolean;
  /** The last texts that were told for the same time and have been replaced; hardly ever there. */
  readonly replaced?: readonly string[];
}

const NO_TIME = -1;
/** Length of `2026-05-04T10:11:12.500Z`. */
const READY = 24;
/** How old a read may be (`zaptec-api.md` 2.8), ms. */
const READ_AGE_MS = 15_000;
/** Zaptec knows fewer than 250 ids; a stream of invented ones must not fill the memory. */
const MOST_OBSERVATIONS = 500;

/** guess: a message is delivered again before so many others of its id. */
const REMEMBERED = 4;

const TEXTS = ['name', 'deviceId', 'installationId', 'installationName'] as const;
const NUMBERS = ['deviceType', 'operatingMode'] as const;

/** One charger of the store. The text of a value is kept once; everything else is derived when it is asked for. */
export class ChargerRecord {
  confirmedAt: number | undefined = undefined;
  filledAt: number | undefined = undefined;
  #known: KnownCharger;
  #family: DeviceFamily | undefined;
  #snapshot: Snapshot | undefined;
  readonly #entries = new Map<number, Entry>();
  /** By id the last times that were in the future when they came; only for chargers whose clock is ahead. */
  #ahead: Map<number, number[]> | undefined;

  constructor(id: string) {
    this.#known = { id };
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

  /** What a message tells of its charger counts only where no list has told it. */
  identify(deviceId: string | undefined, deviceType: number | undefined): void {
    const { deviceId: serial = deviceId, deviceType: type = deviceType } = this.#known;
    if (serial !== this.#known.deviceId || type !== this.#known.deviceType) {
      this.know({ deviceId: serial, deviceType: type });
    }
  }

  entry(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  /** The new entry if this value counts, else undefined; the rules are those of the store. */
  take(raw: RawObservation, { pushed, now, readAt = now }: { pushed: boolean; now: number; readAt?: number }) {
    const { stateId: id, timestamp, valueAsString: text } = raw;
    const stamp = Date.parse(utcOf(timestamp ?? '') ?? '');
    if ((stamp > now || this.#ahead !== undefined) && this.#wasAhead(id, stamp, now)) return undefined;
    const at = Number.isNaN(stamp) ? (pushed ? now : NO_TIME) : Math.min(stamp, now);
    return this.#set({ id, at, text, pushed, unsure: stamp > now }, readAt);
  }

  /** @param told the text in which its time was told, which need not be made again if it is the same. */
  read(entry: Entry, told?: string): Observation {
    this.#family ??= familyOf(this.#known.deviceType, this.#known.deviceId);
    return readObservation(this.#rawOf(entry, told), this.#family);
  }

  observation(id: number): Observation | undefined {
    const entry = this.#entries.get(id);
    return entry && this.read(entry);
  }

  raw(): RawObservation[] {
    return [...this.#entries.values()].map((entry) => this.#rawOf(entry));
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

  dump(): unknown {
    const { confirmedAt, filledAt } = this;
    const observations = [...this.#entries.values()].map(({ id, at, text, pushed }) => [id, at, pushed, text ?? null]);
    return { known: this.#known, confirmedAt, filledAt, observations };
  }

  restore(dumped: Record<string, unknown>, now: number): void {
    const { known, confirmedAt, filledAt, observations } = dumped;
    // A list that was read since the restart knows better.
    if (isObject(known)) this.know({ ...known, ...this.#known });
    this.confirmedAt = later(this.confirmedAt, confirmedAt, now);
    this.filledAt = later(this.filledAt, filledAt, now);
    for (const entry of Array.isArray(observations) ? (observations as unknown[]) : []) {
      const [id, at, pushed, text] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (!Number.isSafeInteger(id) || !Number.isSafeInteger(at) || (at as number) < NO_TIME) continue;
      const value = typeof text === 'string' ? text : undefined;
      const time = Math.min(at as number, now);
      this.#set({ id: id as number, at: time, text: value, pushed: pushed === true, unsure: false }, time);
    }
  }

  #rawOf({ id, at, text }: Entry, told?: string): RawObservation {
    const raw: RawObservation = { chargerId: this.#known.id, stateId: id };
    if (at !== NO_TIME) raw.timestamp = isReady(told, at) ? told : new Date(at).toISOString();
    if (text !== undefined) raw.valueAsString = text;
    return raw;
  }

  #set(entry: Entry, readAt: number): Entry | undefined {
    const known = this.#entries.get(entry.id);
    if (known === undefined ? this.#entries.size >= MOST_OBSERVATIONS : !beats(entry, known, readAt)) return undefined;
    const successor = known?.at === entry.at ? succeed(known, entry) : entry;
    this.#entries.set(entry.id, successor);
    this.#snapshot = undefined;
    return successor;
  }

  /** Whether this time, or a later one while it is in the future, has been taken before as "now". */
  #wasAhead(id: number, stamp: number, now: number): boolean {
    const times = this.#ahead?.get(id) ?? [];
    if (times.includes(stamp)) return true;
    if (!(stamp > now)) return false;
    if (times.some((time) => time > stamp)) return true;
    this.#ahead ??= new Map();
    if (this.#ahead.size < MOST_OBSERVATIONS) this.#ahead.set(id, [...times, stamp].slice(-REMEMBERED));
    return false;
  }
}

/** `2026-05-04T10:11:12.500Z` itself. */
function isReady(time: string | undefined, at: number): time is string {
  return time?.length === READY && time.endsWith('Z') && Date.parse(time) === at;
}

function beats(entry: Entry, known: Entry, readAt: number): boolean {
  const isDifferent = entry.text !== known.text;
  const isLateRead = !entry.pushed && readAt - known.at > READ_AGE_MS;
  if (known.unsure && isLateRead) return isDifferent;
  if (entry.at !== known.at) return entry.at > known.at;
  // A message may have lost its value, and so may a copy of one.
  if (!isDifferent || entry.text === undefined) return false;
  if (known.text === undefined || isLateRead) return true;
  if (known.replaced?.includes(entry.text)) return false;
  return entry.pushed || !known.pushed;
}

/** Two values of one moment: the one that was replaced may be delivered once more. */
function succeed({ text, replaced = [] }: Entry, entry: Entry): Entry {
  return text === undefined ? entry : { ...entry, replaced: [...replaced, text].slice(-REMEMBERED) };
}

function later(known: number | undefined, other: unknown, now: number): number | undefined {
  if (!Number.isSafeInteger(other)) return known;
  return Math.max(known ?? 0, Math.min(other as number, now));
}
