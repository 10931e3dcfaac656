import { everyPhase, highest, isSame, lowest } from './currents';
import type { Currents } from './types';

/**
 * So long after a write the cloud may still answer with the old value (docs/zaptec-api.md, "Charging current"), in ms.
 */
const SETTLING_MS = 60_000;

/** What a reading means for what was known. */
export type ReadingOutcome =
  'first' | 'same' | 'applied' | 'not-applied' | 'late' | 'foreign' | 'too-early' | 'useless';

/** What the cloud has, as far as is known, and since when. Times are ms of `clock.steady()`. */
export class KnownCurrent {
  /** `at` is when it was shown last, `readAt` when the cloud itself answered with it. */
  #known: { currents: Currents; at: number; readAt: number } | undefined;
  /** When the answer to a write was lost that no reading has followed. */
  #lost: { sent: Currents; at: number } | undefined;
  /** Writes whose answer was lost may act so long as no reading is certain to be later than they are. */
  #doubts: { sent: Currents; sentAt: number }[] = [];
  #expiredAt = -Infinity;
  #isUntold = false;

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

  /** A write may have acted, or may act yet, and would change what is known. */
  get inDoubt(): boolean {
    const { currents } = this;
    if (this.#lost) return true;
    return currents !== undefined && this.#doubts.some(({ sent }) => !isSame(sent, currents));
  }

  /** No reading has followed a write whose answer was lost. */
  get isUnread(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * A reading of a time before shows nothing that counts; -Infinity where every reading counts.
   * @param sentAt when the last write was sent.
   */
  countsFrom(sentAt: number): number {
    return Math.max(sentAt, this.#expiredAt, this.#lost?.at ?? -Infinity);
  }

  /** When a reading ends every doubt; -Infinity where there is none. */
  get doubtEndsAt(): number {
    return Math.max(-Infinity, ...this.#doubts.map(({ sentAt }) => sentAt + SETTLING_MS));
  }

  /** Only a reading can show whether the cloud still has this value. */
  get isUncertain(): boolean {
    return this.inDoubt || this.#isExpired;
  }

  /** The most that the cloud may have: anything where it does not tell, so that a limit is written all the same. */
  get most(): Currents | undefined {
    const { currents } = this;
    if (!currents) return this.#isUntold ? everyPhase(Infinity) : undefined;
    return highest(currents, ...this.#doubts.map(({ sent }) => sent));
  }

  /** The least that it may have. */
  get least(): Currents | undefined {
    const { currents } = this;
    return currents && lowest(currents, ...this.#doubts.map(({ sent }) => sent));
  }

  /** The cloud has confirmed it; a write that was lost before may act on top of it all the same. */
  confirm(currents: Currents, at: number): void {
    this.#known = { currents, at, readAt: at };
    this.#lost = undefined;
  }

  /** The cloud was read, but did not tell its current: only a write can make it known. */
  untold(): void {
    this.#isUntold = true;
  }

  /** Observations show the same. */
  agree(at: number): void {
    if (this.#known && !this.isUncertain) this.#known.at = at;
  }

  /** The answer to a write was lost. */
  lose(sent: Currents, sentAt: number, at: number): void {
    this.#lost = { sent, at };
    this.suspect(sent, sentAt);
  }

  /** What was sent may act late. */
  suspect(sent: Currents, sentAt: number): void {
    this.#doubts.push({ sent, sentAt });
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
    const outcome = this.#take(currents, at, sentAt, doneAt);
    if (outcome === 'useless' || outcome === 'too-early') return outcome;
    this.#doubts = this.#doubts.filter((doubt) => at < doubt.sentAt + SETTLING_MS);
    return outcome;
  }

  #take(currents: Currents | undefined, at: number, sentAt: number, doneAt: number): ReadingOutcome {
    if (!currents || at < this.countsFrom(sentAt) || at < this.at) return 'useless';
    const lost = this.#lost;
    if (lost) {
      const before = this.#known?.currents;
      this.confirm(currents, at);
      if (isSame(currents, lost.sent)) return 'applied';
      if (!before || isSame(currents, before)) return 'not-applied';
      return this.#isDoubted(currents) ? 'late' : 'foreign';
    }
    const known = this.#known?.currents;
    if (known && !isSame(known, currents)) {
      if (at - doneAt < SETTLING_MS) return 'too-early';
      this.confirm(currents, at);
      return this.#isDoubted(currents) ? 'late' : 'foreign';
    }
    this.confirm(known ?? currents, at);
    return known ? 'same' : 'first';
  }

  /** From when on a reading that contradicts a write counts. */
  static settledAt(doneAt: number): number {
    return doneAt + SETTLING_MS;
  }

  #isDoubted(currents: Currents): boolean {
    return this.#doubts.some(({ sent }) => isSame(sent, currents));
  }

  get #isExpired(): boolean {
    return this.#known !== undefined && this.#known.readAt < this.#expiredAt;
  }
}
