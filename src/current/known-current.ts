import { highest, isSame, lowest } from './currents';
import type { Currents } from './types';

/** So long after a write the cloud may still tell the old value (`zaptec-api.md` 7.3), in ms. */
const SETTLING_MS = 60_000;

/** What a reading means for what was believed. */
export type ReadingOutcome = 'first' | 'same' | 'applied' | 'not-applied' | 'foreign' | 'too-early' | 'useless';

/** What the cloud has, as far as is known, and since when. */
export class KnownCurrent {
  /** `at` is when it was shown last, `readAt` when the cloud itself said so. */
  #known: { currents: Currents; at: number; readAt: number } | undefined;
  #doubt: { sent: Currents; at: number } | undefined;

  get currents(): Currents | undefined {
    return this.#known?.currents;
  }

  /** When it was known last, ms since 1970; -Infinity when it never was. */
  get at(): number {
    return this.#known?.at ?? -Infinity;
  }

  /** When the cloud said so itself, ms since 1970; -Infinity when it never did. */
  get readAt(): number {
    return this.#known?.readAt ?? -Infinity;
  }

  /** A write whose fate nobody knows. */
  get inDoubt(): boolean {
    return this.#doubt !== undefined;
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

  notAfter(now: number): void {
    if (this.#known) {
      this.#known.at = Math.min(this.#known.at, now);
      this.#known.readAt = Math.min(this.#known.readAt, now);
    }
    if (this.#doubt) this.#doubt.at = Math.min(this.#doubt.at, now);
  }

  /** The cloud has confirmed it. */
  confirm(currents: Currents, at: number): void {
    this.#known = { currents, at, readAt: at };
    this.#doubt = undefined;
  }

  /** Observations show the same. */
  agree(at: number): void {
    if (this.#known && !this.#doubt) this.#known.at = at;
  }

  lose(sent: Currents, at: number): void {
    this.#doubt = { sent, at };
  }

  /**
   * @param at from when the reading is true.
   * @param sentAt when the last write was sent.
   * @param doneAt when the last one was sent that got through.
   */
  read(currents: Currents | undefined, at: number, sentAt: number, doneAt: number): ReadingOutcome {
    if (!currents || at < sentAt || at < this.at) return 'useless';
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

  /** From when on a reading that contradicts a write may be believed. */
  static settledAt(doneAt: number): number {
    return doneAt + SETTLING_MS;
  }
}
