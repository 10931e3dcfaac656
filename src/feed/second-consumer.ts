import { clock } from '../time/clock';
/** Once may be chance: a message that was late, a value that the bus does not carry. */
const ENOUGH = 3;

/**
 * Adds up reads that showed changes which never came. While other messages do come, somebody else gets them: everybody
 * with access shares one subscription, and each message goes to one only
 * (docs/service-bus.md, "Lifetime and consumers").
 */
export class SecondConsumerDetector {
  #missedChanges = 0;
  #clean = 0;
  #lastSurpriseAt = -Infinity;
  #isShared = false;

  get isShared(): boolean {
    return this.#isShared;
  }

  /** The last read showed a missed change: read again soon. */
  get alert(): boolean {
    return this.#missedChanges > 0 && this.#clean === 0;
  }

  /**
   * @param lastMessageAt when the last message came, in ms.
   * @returns true when the stream is dead rather than shared: nothing came since the missed change before.
   */
  read(missed: boolean, lastMessageAt: number | undefined, now = clock.now()): boolean {
    if (!missed) {
      this.#clean += 1;
      if (this.#clean >= ENOUGH) this.reset();
      return false;
    }
    const dead = this.#missedChanges > 0 && (lastMessageAt ?? -Infinity) < this.#lastSurpriseAt;
    this.#clean = 0;
    this.#lastSurpriseAt = now;
    this.#missedChanges += 1;
    if (!dead && this.#missedChanges >= ENOUGH) this.#isShared = true;
    return dead;
  }

  reset(): void {
    this.#missedChanges = 0;
    this.#clean = 0;
    this.#isShared = false;
  }
}
