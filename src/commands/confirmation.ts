import { zaptecError } from '../errors/zaptec-error';
import type { LiveStates } from '../feed/live';
import { clock } from '../time/clock';
import { LONGEST_TIMER_MS } from '../time/sleep';

/** Wakes a command that waits for its charger: when the charger changed, when time is up, or when the caller gives up. */
export class Confirmation {
  readonly #end: () => void;
  #changed = false;
  #wake: () => void = () => undefined;

  constructor(live: LiveStates, chargerId: string) {
    this.#end = live.onChange(chargerId, () => {
      this.#changed = true;
      this.#wake();
    });
  }

  /**
   * Until the next change, at most until a time, or for 24 days; a change since the last call counts.
   * @param until ms of `clock.steady()`
   * @throws ZaptecError `ABORTED`
   */
  async next(until: number, signal: AbortSignal | undefined): Promise<void> {
    const aborted = () => signal?.aborted === true;
    if (!this.#changed && !aborted()) {
      await new Promise<void>((resolve) => {
        const ms = Math.max(0, Math.ceil(until - clock.steady()));
        const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER_MS));
        function done(): void {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        }
        this.#wake = done;
        signal?.addEventListener('abort', done, { once: true });
      });
    }
    this.#changed = false;
    if (aborted()) throw zaptecError('ABORTED', 'The command was given up');
  }

  close(): void {
    this.#end();
  }
}
