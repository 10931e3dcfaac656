import { clock } from '../../time/clock';
/** Reports a long time without a message, by a timer of its own: the client library never notices some dead links. */
export class IdleWatchdog {
  readonly #longMs: number;
  readonly #onSilence: () => void;
  #lastMessageAt = 0;
  /** How many silences in a row turned out to be nothing but quiet. */
  #quiet = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param longMs so long without a word is a silence; after a quiet one twice as long, to ask for less at night. */
  constructor(longMs: number, onSilence: () => void) {
    this.#longMs = longMs;
    this.#onSilence = onSilence;
  }

  start(): void {
    this.#lastMessageAt = clock.steady();
    if (this.#timer === undefined) this.#wait();
  }

  onMessage(): void {
    this.#lastMessageAt = clock.steady();
    this.#quiet = 0;
  }

  /** It was no more than quiet. */
  onQuiet(): void {
    this.#lastMessageAt = clock.steady();
    this.#quiet += 1;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const longMs = this.#quiet > 0 ? 2 * this.#longMs : this.#longMs;
    const leftMs = this.#lastMessageAt + longMs - clock.steady();
    // Messages only note their time: one timer serves any number of them.
    this.#timer = setTimeout(
      () => {
        if (clock.steady() - this.#lastMessageAt >= longMs) {
          this.#lastMessageAt = clock.steady();
          this.#onSilence();
        }
        if (this.#timer !== undefined) this.#wait();
      },
      Math.max(1, leftMs),
    );
    this.#timer.unref();
  }
}
