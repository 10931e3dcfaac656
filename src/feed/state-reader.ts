import { STATE_FLOOR } from '../http/endpoints';
import type { Store } from '../state/store';
import { Backoff } from '../time/backoff';
import { clock } from '../time/clock';
import { isCharging } from './missed-changes';
import type { FeedTiming } from './timing';

/** What the stream is like at present, as far as it matters for reading. */
export type StreamSituation =
  | { kind: 'wait' }
  /** `since` when, ms of `clock.steady()`: then the chargers are polled. */
  | { kind: 'away'; since: number }
  /** Older reads than `gapEndedAt`, ms of `clock.now()`, are out of date. */
  | { kind: 'live'; gapEndedAt: number; alert: boolean };

export interface ReaderContext {
  readonly store: Store;
  ids(): ReadonlySet<string>;
  situation(): StreamSituation;
  /** Reads the state into the store, from the cache unless it is to `refresh`. */
  read(chargerId: string, refresh: boolean): Promise<void>;
  /** After each try. */
  onTried(chargerId: string, ok: boolean): void;
}

const MOST_AT_ONCE = 10;
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 1_000;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;

interface Tries {
  /** The last one, ms of `clock.steady()`. */
  at: number;
  backoff: Backoff;
}

/**
 * Decides when to read the state of which charger: once after each gap, within the floors of Zaptec while the stream is
 * away, now and then while it is live. Every read goes through the account's cache.
 */
export class StateReader {
  readonly #context: ReaderContext;
  readonly #timing: FeedTiming;
  readonly #tries = new Map<string, Tries>();
  readonly #underWay = new Set<string>();
  /** What was due at the last scan and is not read yet, in order. */
  readonly #due = new Set<string>();
  /** When all chargers are to be looked through again, ms of `clock.steady()`. */
  #scanAt = -Infinity;
  #scannedIds: ReadonlySet<string> | undefined;
  #scannedKey = '';
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** ms of `clock.steady()` */
  #filledAllAt = -Infinity;
  /** The end of the gap after which all chargers may be read at once. */
  #fillingFor: number | undefined;
  /** When a charger was read last, or tried for this alone, ms of `clock.steady()`. */
  #auditedAt = clock.steady();

  constructor(context: ReaderContext, timing: FeedTiming) {
    this.#context = context;
    this.#timing = timing;
  }

  /**
   * Reads what is due now, and sets the timer for what is due next. To be called after each change. All chargers are
   * looked through only when that may find anything new: a first fill of thousands calls this with every answer.
   */
  schedule(): void {
    if (this.#closed) return;
    const situation = this.#context.situation();
    this.#allowFill(situation);
    const ids = this.#context.ids();
    const key = `${situation.kind} ${'gapEndedAt' in situation ? situation.gapEndedAt : ''} ${this.#fillingFor}`;
    const isNew = ids !== this.#scannedIds || key !== this.#scannedKey;
    if (isNew || clock.steady() >= this.#scanAt) this.#scan(ids, situation);
    [this.#scannedIds, this.#scannedKey] = [ids, key];
    this.#readDue(situation);
    if (situation.kind === 'live') this.#audit(situation);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.schedule(), Math.max(1, Math.ceil(this.#scanAt - clock.steady())));
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Finds what is due, and when the next charger will be. */
  #scan(ids: ReadonlySet<string>, situation: StreamSituation): void {
    this.#due.clear();
    this.#scanAt = clock.steady() + LONGEST_WAIT_MS;
    for (const id of ids) if (!this.#underWay.has(id)) this.#consider(id, situation);
  }

  #consider(id: string, situation: StreamSituation): void {
    const dueInMs = this.#dueInMs(id, situation);
    if (dueInMs <= 0) this.#due.add(id);
    else this.#scanAt = Math.min(this.#scanAt, clock.steady() + Math.max(dueInMs, SHORTEST_WAIT_MS));
  }

  /** A charger may have been read meanwhile, or sent a message. */
  #readDue(situation: StreamSituation): void {
    for (const id of this.#due) {
      if (this.#underWay.size >= MOST_AT_ONCE) return;
      this.#due.delete(id);
      if (this.#dueInMs(id, situation) <= 0) void this.#read(id);
    }
  }

  #allowFill(situation: StreamSituation): void {
    if (situation.kind !== 'live' || this.#fillingFor === situation.gapEndedAt) return;
    const now = clock.steady();
    if (now - this.#filledAllAt < this.#timing.fillEveryMs) return;
    this.#filledAllAt = now;
    this.#fillingFor = situation.gapEndedAt;
  }

  #dueInMs(id: string, situation: StreamSituation): number {
    if (situation.kind === 'wait') return Infinity;
    const { store } = this.#context;
    const [now, steady] = [clock.now(), clock.steady()];
    const tries = this.#tries.get(id);
    const restMs = tries ? Math.max(tries.at + SHORTEST_WAIT_MS, tries.backoff.at) - steady : -Infinity;
    const readAt = store.filledAt(id) ?? -Infinity;
    const confirmedAt = store.confirmedAt(id) ?? -Infinity;
    const floorMs = isCharging(store, id) ? STATE_FLOOR.chargingMs : STATE_FLOOR.idleMs;
    if (situation.kind === 'away') {
      if (readAt === -Infinity) return restMs;
      const ageMs = now - Math.max(readAt, confirmedAt);
      return Math.max(restMs, floorMs - ageMs, situation.since + this.#timing.awayMs - steady);
    }
    if (readAt >= situation.gapEndedAt) return Math.max(restMs, this.#timing.confirmMs - (now - confirmedAt));
    const isFilling = this.#fillingFor === situation.gapEndedAt;
    return Math.max(restMs, isFilling ? -Infinity : floorMs - (now - readAt));
  }

  /** One charger at a time, so that every one has its turn. */
  #audit({ alert }: { alert: boolean }): void {
    const everyMs = alert ? this.#timing.auditSoonMs : this.#timing.auditMs;
    if (clock.steady() - this.#auditedAt < everyMs) return;
    const { store } = this.#context;
    const readAt = (id: string) => store.filledAt(id) ?? -Infinity;
    // One that cannot be read tells nothing, and would be the oldest for ever.
    const mayBeRead = (id: string) =>
      !this.#underWay.has(id) && (this.#tries.get(id)?.backoff.at ?? -Infinity) <= clock.steady();
    const [oldest] = [...this.#context.ids()].filter(mayBeRead).sort((a, b) => readAt(a) - readAt(b));
    if (oldest === undefined) return;
    this.#auditedAt = clock.steady();
    void this.#read(oldest);
  }

  async #read(id: string): Promise<void> {
    this.#underWay.add(id);
    const { backoff } = this.#tries.get(id) ?? { backoff: new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS) };
    const { kind } = this.#context.situation();
    let ok = true;
    try {
      await this.#context.read(id, kind === 'live');
      backoff.succeeded();
      this.#auditedAt = clock.steady();
    } catch {
      ok = false;
      backoff.failed(undefined, clock.steady());
    }
    this.#tries.set(id, { at: clock.steady(), backoff });
    this.#underWay.delete(id);
    if (this.#closed) return;
    if (this.#context.ids().has(id)) this.#consider(id, this.#context.situation());
    this.#context.onTried(id, ok);
    this.schedule();
  }
}
