import type { CallOptions } from '../http/cache';
import { isZaptecError } from '../http/errors';
import type { CommandName } from './commands';
import type { LiveStates } from './live';
import { Watch } from './watch';
import { wishFacts, type WishFacts } from './wish-facts';
import type { Fulfilment } from './wish-rules';
import type { Door, Fulfilled, WishOptions } from './wish-types';

/** The cloud's own cache of a state, in ms: a younger answer may be from before the command. */
export const CLOUD_CACHE_MS = 15_000;
/** Where a live feed tells, nobody asks before that, in ms. */
const PUSH_PATIENCE_MS = 15_000;

/** A look at a charger. */
export interface Look {
  facts: WishFacts;
  source: Fulfilled['source'];
  time: string;
  ageMs: number;
}

export const seenNow = <S extends Fulfilled['source']>(source: S) => ({ source, time: new Date().toISOString() });

/** One wish on its way, and its looks at the charger. It listens from the beginning: a push may outrun the answer. */
export class Errand {
  readonly #door: Door;
  readonly #live: LiveStates;
  readonly #watch: Watch;
  /** When the cloud was last asked for the state, ms since 1970. */
  #readAt = -Infinity;

  constructor(
    readonly chargerId: string,
    readonly command: CommandName,
    readonly options: WishOptions,
    { door, live }: { door: Door; live: LiveStates },
  ) {
    this.#door = door;
    this.#live = live;
    this.#watch = new Watch(live, chargerId);
  }

  close(): void {
    this.#watch.close();
  }

  /** What a live feed knows. */
  stored(source: 'store' | 'push'): Look | undefined {
    const raw = this.#live.observations(this.chargerId);
    return raw && { facts: wishFacts(this.chargerId, raw), ageMs: 0, ...seenNow(source) };
  }

  /** @throws ZaptecError */
  async read(options: CallOptions): Promise<Look> {
    const { data, meta } = await this.#door.state(this.chargerId, { ...options, signal: this.options.signal });
    const { source, time, ageMs } = meta;
    this.#readAt = Date.now() - ageMs;
    return { facts: wishFacts(this.chargerId, data), source, time, ageMs };
  }

  /**
   * Looks at the charger until it shows what is looked for: whenever it tells something, and at the given times.
   * @param looks ms from now
   * @throws ZaptecError `ABORTED`
   */
  async until(
    looks: readonly number[],
    judge: (now: WishFacts) => Fulfilment,
  ): Promise<{ seen: Fulfilment; last: Look | undefined }> {
    const startedAt = Date.now();
    this.options.onWait?.();
    let last = this.stored('push');
    for (const afterMs of looks) {
      while (Date.now() < startedAt + afterMs) {
        if (last && judge(last.facts) === 'yes') return { seen: 'yes', last };
        await this.#watch.next(startedAt + afterMs, this.options.signal);
        last = this.stored('push') ?? last;
      }
      if (!this.#isWorthReading(afterMs)) continue;
      last = (await this.#readAgain()) ?? last;
      if (last && judge(last.facts) === 'yes') return { seen: 'yes', last };
    }
    return { seen: last ? judge(last.facts) : 'no', last };
  }

  /** Not while a feed will tell, nor while the cloud would only repeat what it said before the command. */
  #isWorthReading(afterMs: number): boolean {
    if (afterMs === 0) return true;
    if (afterMs < PUSH_PATIENCE_MS && this.#live.observations(this.chargerId)) return false;
    return Date.now() - this.#readAt >= CLOUD_CACHE_MS;
  }

  async #readAgain(): Promise<Look | undefined> {
    try {
      const read = await this.read({ lane: this.options.lane ?? 'message', refresh: true });
      // The store has this answer too, and perhaps something newer.
      return this.stored('push') ?? read;
    } catch (error) {
      if (isZaptecError(error) && error.code !== 'ABORTED') return undefined;
      throw error;
    }
  }
}
