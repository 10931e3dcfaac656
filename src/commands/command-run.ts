import type { CallOptions } from '../http/cache';
import { isZaptecError } from '../errors/zaptec-error';
import type { CommandName } from './commands';
import type { LiveStates } from '../feed/live';
import { Confirmation } from './confirmation';
import { chargerFacts, type ChargerFacts } from './facts';
import type { Fulfilment } from './rules';
import type { CommandApi, CommandOutcome, CommandOptions } from './types';
import { clock } from '../time/clock';

/** The cloud's own cache of a state, in ms: a younger answer may be from before the command. */
export const CLOUD_CACHE_MS = 15_000;
/** Where a live feed tells, nobody asks before that, in ms. */
const PUSH_PATIENCE_MS = 15_000;

/** A look at a charger. */
export interface Look {
  facts: ChargerFacts;
  source: CommandOutcome['source'];
  time: string;
  ageMs: number;
}

export const seenNow = <S extends CommandOutcome['source']>(source: S) => ({ source, time: clock.iso() });

/** One wish on its way, and its looks at the charger. It listens from the beginning: a push may outrun the answer. */
export class CommandRun {
  readonly #door: CommandApi;
  readonly #live: LiveStates;
  readonly #watch: Confirmation;
  /** When the cloud was last asked for the state, ms since 1970. */
  #readAt = -Infinity;

  constructor(
    readonly chargerId: string,
    readonly command: CommandName,
    readonly options: CommandOptions,
    { door, live }: { door: CommandApi; live: LiveStates },
  ) {
    this.#door = door;
    this.#live = live;
    this.#watch = new Confirmation(live, chargerId);
  }

  close(): void {
    this.#watch.close();
  }

  /** What a live feed knows. */
  stored(source: 'store' | 'push'): Look | undefined {
    const raw = this.#live.observations(this.chargerId);
    return raw && { facts: chargerFacts(this.chargerId, raw), ageMs: 0, ...seenNow(source) };
  }

  /** @throws ZaptecError */
  async read(options: CallOptions): Promise<Look> {
    const { data, meta } = await this.#door.state(this.chargerId, { ...options, signal: this.options.signal });
    const { source, time, ageMs } = meta;
    this.#readAt = clock.now() - ageMs;
    return { facts: chargerFacts(this.chargerId, data), source, time, ageMs };
  }

  /**
   * Looks at the charger until it shows what is looked for: whenever it tells something, and at the given times.
   * @param looks ms from now
   * @throws ZaptecError `ABORTED`
   */
  async until(
    looks: readonly number[],
    judge: (now: ChargerFacts) => Fulfilment,
  ): Promise<{ seen: Fulfilment; last: Look | undefined }> {
    const startedAt = clock.steady();
    this.options.onWait?.();
    let last = this.stored('push');
    for (const afterMs of looks) {
      while (clock.steady() < startedAt + afterMs) {
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
    return clock.now() - this.#readAt >= CLOUD_CACHE_MS;
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
