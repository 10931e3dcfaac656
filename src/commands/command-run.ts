import { isZaptecError } from '../errors/zaptec-error';
import type { LiveStates } from '../feed/live';
import type { CallOptions } from '../http/cache';
import { STATE_KEPT_MS } from '../http/endpoints';
import { clock } from '../time/clock';
import type { CommandName } from './commands';
import { Confirmation } from './confirmation';
import { chargerFacts, type ChargerFacts } from './facts';
import type { Completion } from './rules';
import type { CommandApi, CommandOutcome, CommandOptions } from './types';

/** Where a feed is live, the state is not read before that, in ms. */
const PUSH_PATIENCE_MS = 15_000;

/** The state of a charger, as one read or the store showed it. */
export interface ShownState {
  facts: ChargerFacts;
  source: CommandOutcome['source'];
  time: string;
  ageMs: number;
}

export const asOfNow = <S extends CommandOutcome['source']>(source: S) => ({ source, time: clock.iso() });

/** One command on its way. It listens to its charger from the beginning: a push may outrun the answer. */
export class CommandRun {
  readonly #api: CommandApi;
  readonly #live: LiveStates;
  readonly #confirmation: Confirmation;
  /** When the cloud was last asked for the state, ms of `clock.steady()`. */
  #readAt = -Infinity;

  constructor(
    readonly chargerId: string,
    readonly command: CommandName,
    readonly options: CommandOptions,
    { api, live }: { api: CommandApi; live: LiveStates },
  ) {
    this.#api = api;
    this.#live = live;
    this.#confirmation = new Confirmation(live, chargerId);
  }

  close(): void {
    this.#confirmation.close();
  }

  /** What a live feed knows. */
  stored(source: 'store' | 'push'): ShownState | undefined {
    const raw = this.#live.observations(this.chargerId);
    return raw && { facts: chargerFacts(this.chargerId, raw), ageMs: 0, ...asOfNow(source) };
  }

  /** @throws ZaptecError */
  async read(options: CallOptions): Promise<ShownState> {
    const { data, meta } = await this.#api.state(this.chargerId, { ...options, signal: this.options.signal });
    const { source, time, ageMs } = meta;
    this.#readAt = clock.steady() - ageMs;
    return { facts: chargerFacts(this.chargerId, data), source, time, ageMs };
  }

  /**
   * Waits until the charger shows an effect: judges it whenever a feed reports a change, and reads it at the given times.
   * @param readsMs ms from now
   * @throws ZaptecError `ABORTED`
   */
  async until(
    readsMs: readonly number[],
    judge: (facts: ChargerFacts) => Completion,
  ): Promise<{ completion: Completion; last: ShownState | undefined }> {
    const startedAt = clock.steady();
    this.options.onWait?.();
    let last = this.stored('push');
    for (const afterMs of readsMs) {
      while (clock.steady() < startedAt + afterMs) {
        if (last && judge(last.facts) === 'yes') return { completion: 'yes', last };
        await this.#confirmation.next(startedAt + afterMs, this.options.signal);
        last = this.stored('push') ?? last;
      }
      if (!this.#isWorthReading(afterMs)) continue;
      last = (await this.#readAgain()) ?? last;
      if (last && judge(last.facts) === 'yes') return { completion: 'yes', last };
    }
    return { completion: last ? judge(last.facts) : 'no', last };
  }

  /** Not while a feed will report, nor while the cloud would only repeat its state from before the command. */
  #isWorthReading(afterMs: number): boolean {
    if (afterMs === 0) return true;
    if (afterMs < PUSH_PATIENCE_MS && this.#live.observations(this.chargerId)) return false;
    return clock.steady() - this.#readAt >= STATE_KEPT_MS;
  }

  async #readAgain(): Promise<ShownState | undefined> {
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
