import { clock } from '../time/clock';
/** Once may be chance: a message that was late, a value that the bus does not carry. */
const ENOUGH = 3;

/**
 * Adds up reads that showed changes which never came. While other messages do come, somebody else gets them: everybody
 * with access shares one subscription, and each message goes to one only (`zaptec-api.md` 5.4).
 */
export class SecondConsumerDetector {
  #surprises = 0;
  #clean = 0;
  #lastSurpriseAt = -Infinity;
  #suspected = false;

  get suspected(): boolean {
    return this.#suspected;
  }

  /** The last read had a surprise: look again soon. */
  get alert(): boolean {
    return this.#surprises > 0 && this.#clean === 0;
  }

  /**
   * @param lastMessageAt when the last message came, in ms.
   * @returns true when the stream is dead rather than shared: nothing came since the surprise before.
   */
  read(surprise: boolean, lastMessageAt: number | undefined, now = clock.now()): boolean {
    if (!surprise) {
      this.#clean += 1;
      if (this.#clean >= ENOUGH) this.reset();
      return false;
    }
    const dead = this.#surprises > 0 && (lastMessageAt ?? -Infinity) < this.#lastSurpriseAt;
    this.#clean = 0;
    this.#lastSurpriseAt = now;
    this.#surprises += 1;
    if (!dead && this.#surprises >= ENOUGH) this.#suspected = true;
    return dead;
  }

  reset(): void {
    this.#surprises = 0;
    this.#clean = 0;
    this.#suspected = false;
  }
}
