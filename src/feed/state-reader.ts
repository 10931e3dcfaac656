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
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** ms of `clock.steady()` */
  #filledAllAt = -Infinity;
  /** The end of the gap after which all chargers may be read at once. */
  #fillingFor: number | undefined;
  /** ms of `clock.steady()` */
  #auditedAt = clock.steady();

  constructor(context: ReaderContext, timing: FeedTiming) {
    this.#context = context;
    this.#timing = timing;
  }

  /** Reads what is due now, and sets the timer for what is due next. To be called after each change. */
  schedule(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const situation = this.#context.situation();
    this.#allowFill(situation);
    let waitMs = LONGEST_WAIT_MS;
    for (const id of this.#context.ids()) {
      if (this.#underWay.has(id)) continue;
      const dueInMs = this.#dueInMs(id, situation);
      if (dueInMs <= 0 && this.#underWay.size < MOST_AT_ONCE) void this.#read(id);
      else waitMs = Math.min(waitMs, Math.max(dueInMs, SHORTEST_WAIT_MS));
    }
    if (situation.kind === 'live') this.#audit(situation);
    this.#timer = setTimeout(() => this.schedule(), Math.ceil(waitMs));
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
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
    const [oldest] = [...this.#context.ids()]
      .filter((id) => !this.#underWay.has(id))
      .sort((a, b) => readAt(a) - readAt(b));
    if (oldest !== undefined) void this.#read(oldest);
  }

  async #read(id: string): Promise<void> {
    this.#underWay.add(id);
    this.#auditedAt = clock.steady();
    const { backoff } = this.#tries.get(id) ?? { backoff: new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS) };
    const { kind } = this.#context.situation();
    let ok = true;
    try {
      await this.#context.read(id, kind === 'live');
      backoff.succeeded();
    } catch {
      ok = false;
      backoff.failed(undefined, clock.steady());
    }
    this.#tries.set(id, { at: clock.steady(), backoff });
    this.#underWay.delete(id);
    if (this.#closed) return;
    this.#context.onTried(id, ok);
    this.schedule();
  }
}
