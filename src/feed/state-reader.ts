import { STATE_FLOOR } from '../http/endpoints';
import type { Store } from '../state/store';
import { isCharging } from './missed-changes';
import type { FeedTiming } from './timing';
import { clock } from '../time/clock';

/** What the stream is like at present, as far as it matters for reading. */
export type Situation =
  | { kind: 'wait' }
  /** `since` when, in ms: then the chargers are polled. */
  | { kind: 'away'; since: number }
  /** What was read before `gapEndedAt` is out of date. */
  | { kind: 'live'; gapEndedAt: number; alert: boolean };

export interface ReaderContext {
  readonly store: Store;
  ids(): ReadonlySet<string>;
  situation(): Situation;
  /** @returns when the state was read, in ms; from a cache it may be old. */
  read(chargerId: string, refresh: boolean): Promise<number>;
  /** After each try. */
  onTried(chargerId: string, ok: boolean): void;
}

const MOST_AT_ONCE = 10;
const LONGEST_WAIT_MS = 60_000;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;

interface Try {
  at: number;
  failures: number;
}

/**
 * Decides which charger's state is read when: once after each gap, gently while the stream is away, now and then while
 * it is live. Every read goes through the account's cache and its floors.
 */
export class StateReader {
  readonly #context: ReaderContext;
  readonly #timing: FeedTiming;
  readonly #tries = new Map<string, Try>();
  readonly #underWay = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #filledAllAt = -Infinity;
  /** The gap for which all chargers may be read at once. */
  #fillingFor: number | undefined;
  #auditedAt = clock.now();

  constructor(context: ReaderContext, timing: FeedTiming) {
    this.#context = context;
    this.#timing = timing;
  }

  /** Looks what is due, now that something has changed. */
  schedule(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const now = clock.now();
    const situation = this.#context.situation();
    this.#allowFill(situation, now);
    let next = now + LONGEST_WAIT_MS;
    for (const id of this.#context.ids()) {
      if (this.#underWay.has(id)) continue;
      const due = this.#due(id, situation);
      if (due <= now && this.#underWay.size < MOST_AT_ONCE) void this.#read(id);
      else next = Math.min(next, Math.max(due, now + 1_000));
    }
    if (situation.kind === 'live') this.#audit(situation, now);
    this.#timer = setTimeout(() => this.schedule(), next - now);
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #allowFill(situation: Situation, now: number): void {
    if (situation.kind !== 'live' || this.#fillingFor === situation.gapEndedAt) return;
    if (now - this.#filledAllAt < this.#timing.fillEveryMs) return;
    this.#filledAllAt = now;
    this.#fillingFor = situation.gapEndedAt;
  }

  #due(id: string, situation: Situation): number {
    if (situation.kind === 'wait') return Infinity;
    const { store } = this.#context;
    const readAt = store.filledAt(id) ?? -Infinity;
    const tried = this.#tries.get(id);
    const rested = tried?.failures ? tried.at + retryAfter(tried.failures) : (tried?.at ?? -Infinity) + 1_000;
    const floor = isCharging(store, id) ? STATE_FLOOR.chargingMs : STATE_FLOOR.idleMs;
    if (situation.kind === 'live') {
      if (readAt >= situation.gapEndedAt) {
        return Math.max(rested, (store.confirmedAt(id) ?? 0) + this.#timing.confirmMs);
      }
      return Math.max(rested, this.#fillingFor === situation.gapEndedAt ? -Infinity : readAt + floor);
    }
    if (readAt === -Infinity) return rested;
    const heardAt = Math.max(readAt, store.confirmedAt(id) ?? -Infinity);
    return Math.max(rested, heardAt + floor, situation.since + this.#timing.awayMs);
  }

  /** One charger, so that every one has its turn. */
  #audit({ alert }: { alert: boolean }, now: number): void {
    const every = alert ? this.#timing.auditSoonMs : this.#timing.auditMs;
    if (now - this.#auditedAt < every) return;
    const { store } = this.#context;
    const readAt = (id: string) => store.filledAt(id) ?? -Infinity;
    const [oldest] = [...this.#context.ids()]
      .filter((id) => !this.#underWay.has(id))
      .sort((a, b) => readAt(a) - readAt(b));
    if (oldest !== undefined) void this.#read(oldest);
  }

  async #read(id: string): Promise<void> {
    this.#underWay.add(id);
    this.#auditedAt = clock.now();
    const { kind } = this.#context.situation();
    try {
      await this.#context.read(id, kind === 'live');
      this.#tries.set(id, { at: clock.now(), failures: 0 });
      this.#done(id, true);
    } catch {
      this.#tries.set(id, { at: clock.now(), failures: (this.#tries.get(id)?.failures ?? 0) + 1 });
      this.#done(id, false);
    }
  }

  #done(id: string, ok: boolean): void {
    this.#underWay.delete(id);
    if (this.#closed) return;
    this.#context.onTried(id, ok);
    this.schedule();
  }
}

function retryAfter(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}
