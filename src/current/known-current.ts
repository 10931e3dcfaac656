import { highest, isSame, lowest } from './currents';
import type { Currents } from './types';

/**
 * So long after a write the cloud may still answer with the old value (docs/zaptec-api.md, "Charging current"), in ms.
 */
const SETTLING_MS = 60_000;

/** What a reading means for what was known. */
export type ReadingOutcome = 'first' | 'same' | 'applied' | 'not-applied' | 'foreign' | 'too-early' | 'useless';

/** What the cloud has, as far as is known, and since when. Times are ms of `clock.steady()`. */
export class KnownCurrent {
  /** `at` is when it was shown last, `readAt` when the cloud itself answered with it. */
  #known: { currents: Currents; at: number; readAt: number } | undefined;
  #doubt: { sent: Currents; at: number } | undefined;
  #expiredAt = -Infinity;

  get currents(): Currents | undefined {
    return this.#known?.currents;
  }

  /** When it was known last; -Infinity when it never was. */
  get at(): number {
    return this.#known?.at ?? -Infinity;
  }

  /** When the cloud itself last answered with it; -Infinity when it never did. */
  get readAt(): number {
    return this.#known?.readAt ?? -Infinity;
  }

  /** A write may have acted or not. */
  get inDoubt(): boolean {
    return this.#doubt !== undefined;
  }

  /** Only a reading can show whether the cloud still has this value. */
  get isUncertain(): boolean {
    return this.inDoubt || this.#isExpired;
  }

  /** The most that the cloud may have. */
  get most(): Currents | undefined {
    const { currents } = this;
    return this.#doubt && currents ? highest(currents, this.#doubt.sent) : currents;
  }

  /** The least that it may have. */
  get least(): Currents | undefined {
    const { currents } = this;
    return this.#doubt && currents ? lowest(currents, this.#doubt.sent) : currents;
  }

  /** The cloud has confirmed it. */
  confirm(currents: Currents, at: number): void {
    this.#known = { currents, at, readAt: at };
    this.#doubt = undefined;
  }

  /** Observations show the same. */
  agree(at: number): void {
    if (this.#known && !this.isUncertain) this.#known.at = at;
  }

  /** The answer to a write was lost. */
  lose(sent: Currents, at: number): void {
    this.#doubt = { sent, at };
  }

  /** More time may have passed than `clock.steady()` has counted: only what is read from now on is certain. */
  expire(at: number): void {
    this.#expiredAt = at;
  }

  /**
   * @param at from when on the reading is true.
   * @param sentAt when the last write was sent.
   * @param doneAt when the last one was sent that got through.
   */
  read(currents: Currents | undefined, at: number, sentAt: number, doneAt: number): ReadingOutcome {
    if (!currents || at < sentAt || at < this.at || at < this.#expiredAt) return 'useless';
    const doubt = this.#doubt;
    if (doubt) {
      if (at < doubt.at) return 'useless';
      const before = this.#known?.currents;
      this.confirm(currents, at);
      if (isSame(currents, doubt.sent)) return 'applied';
      return before && !isSame(currents, before) ? 'foreign' : 'not-applied';
    }
    const known = this.#known?.currents;
    if (known && !isSame(known, currents)) {
      if (at - doneAt < SETTLING_MS) return 'too-early';
      this.confirm(currents, at);
      return 'foreign';
    }
    this.confirm(known ?? currents, at);
    return known ? 'same' : 'first';
  }

  /** From when on a reading that contradicts a write counts. */
  static settledAt(doneAt: number): number {
    return doneAt + SETTLING_MS;
  }

  get #isExpired(): boolean {
    return this.#known !== undefined && this.#known.readAt < this.#expiredAt;
  }
}
