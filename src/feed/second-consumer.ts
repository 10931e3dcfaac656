import { clock } from '../time/clock';

/** One may be chance: a message that was late, a value that the bus does not carry. */
const ENOUGH = 3;

/**
 * Finds out whether another program receives some of the messages: everybody with access shares one subscription, and
 * each message goes to one receiver only (docs/service-bus.md, "Lifetime and consumers"). Two things tell it:
 *
 * - A read shows missed changes while other messages do come, three times without three clean reads in between.
 * - Numbers are left out between messages, and a read after that shows a missed change. That numbers have no gaps is a
 *   guess for the topics of Zaptec: where all chargers were read three times for nothing, gaps count no more.
 */
export class SecondConsumerDetector {
  readonly #calmMs: number;
  #missed = 0;
  #clean = 0;
  #lastMissedAt = -Infinity;
  #suspected = false;
  /** When numbers were last left out, ms of `clock.now()`. */
  #skippedAt = -Infinity;
  /** Gaps have come with missed changes. */
  #gapsCount = false;
  #vainRounds = 0;

  /** @param calmMs a suspicion that gaps have confirmed lasts until there were none for so long. */
  constructor(calmMs: number) {
    this.#calmMs = calmMs;
  }

  get suspected(): boolean {
    return this.#suspected;
  }

  /** The last read showed a missed change: read again soon. */
  get alert(): boolean {
    return this.#missed > 0 && this.#clean === 0;
  }

  /**
   * Numbers were left out between two messages.
   * @returns whether the chargers have to be read.
   */
  onSkipped(): boolean {
    if (!this.#gapsCount && this.#vainRounds >= ENOUGH) return false;
    this.#skippedAt = clock.now();
    return true;
  }

  /** All chargers were read because numbers were left out. */
  onRoundDone(): void {
    this.#vainRounds += 1;
  }

  /**
   * @param missed whether a read showed a missed change.
   * @param lastMessageAt when the last message came, ms of `clock.now()`.
   * @returns true when the stream is dead rather than shared: no message came since the missed change before.
   */
  onRead(missed: boolean, lastMessageAt: number | undefined): boolean {
    if (!missed) {
      this.#clean += 1;
      if (this.#clean >= ENOUGH && !this.#skipsGoOn) this.reset();
      return false;
    }
    const dead = this.#missed > 0 && (lastMessageAt ?? -Infinity) < this.#lastMissedAt;
    const isBySkip = clock.now() - this.#skippedAt < this.#calmMs;
    this.#clean = 0;
    this.#lastMissedAt = clock.now();
    this.#missed += 1;
    this.#gapsCount ||= isBySkip;
    if (!dead && (isBySkip || this.#missed >= ENOUGH)) this.#suspected = true;
    return dead;
  }

  reset(): void {
    this.#missed = 0;
    this.#clean = 0;
    this.#suspected = false;
  }

  get #skipsGoOn(): boolean {
    return this.#gapsCount && clock.now() - this.#skippedAt < this.#calmMs;
  }
}
