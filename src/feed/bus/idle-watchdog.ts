import { clock } from '../../time/clock';
import { LONGEST_TIMER_MS } from '../../time/sleep';

/** Reports that no message came for long, on a timer of its own: the SDK never notices some dead connections. */
export class IdleWatchdog {
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  /** ms of `clock.steady()` */
  #since = 0;
  /** How often in a row nothing was wrong. */
  #quiet = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param idleMs so long without a message is idle; after a time that was only quiet, twice as long. */
  constructor(idleMs: number, onIdle: () => void) {
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
  }

  start(): void {
    this.#since = clock.steady();
    if (this.#timer === undefined) this.#wait();
  }

  onMessage(): void {
    this.#since = clock.steady();
    this.#quiet = 0;
  }

  /** No message came because there was none. */
  onQuiet(): void {
    this.#since = clock.steady();
    this.#quiet += 1;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Messages only note their time: one timer serves any number of them. */
  #wait(): void {
    const idleMs = this.#quiet > 0 ? 2 * this.#idleMs : this.#idleMs;
    const leftMs = this.#since + idleMs - clock.steady();
    this.#timer = setTimeout(() => this.#onTimer(idleMs), Math.min(Math.max(1, Math.ceil(leftMs)), LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #onTimer(idleMs: number): void {
    if (clock.steady() - this.#since >= idleMs) {
      this.#since = clock.steady();
      this.#onIdle();
    }
    if (this.#timer !== undefined) this.#wait();
  }
}
