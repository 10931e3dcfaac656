import { clock } from '../time/clock';

/** One may be chance: a message that was late, a value that the bus does not carry. */
const ENOUGH = 3;

/**
 * Counts reads that showed missed changes. While other messages do come, another program receives the missed ones:
 * everybody with access shares one subscription, and each message goes to one receiver only
 * (docs/service-bus.md, "Lifetime and consumers").
 */
export class SecondConsumerDetector {
  #missed = 0;
  #clean = 0;
  #lastMissedAt = -Infinity;
  #suspected = false;

  get suspected(): boolean {
    return this.#suspected;
  }

  /** The last read showed a missed change: read again soon. */
  get alert(): boolean {
    return this.#missed > 0 && this.#clean === 0;
  }

  /**
   * @param missed whether a read showed a missed change.
   * @param lastMessageAt when the last message came, ms of `clock.now()`.
   * @returns true when the stream is dead rather than shared: no message came since the missed change before.
   */
  onRead(missed: boolean, lastMessageAt: number | undefined): boolean {
    if (!missed) {
      this.#clean += 1;
      if (this.#clean >= ENOUGH) this.reset();
      return false;
    }
    const dead = this.#missed > 0 && (lastMessageAt ?? -Infinity) < this.#lastMissedAt;
    this.#clean = 0;
    this.#lastMissedAt = clock.now();
    this.#missed += 1;
    if (!dead && this.#missed >= ENOUGH) this.#suspected = true;
    return dead;
  }

  reset(): void {
    this.#missed = 0;
    this.#clean = 0;
    this.#suspected = false;
  }
}
