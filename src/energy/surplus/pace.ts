import { isObject } from '../../zaptec/json';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The pace that the governor of the current keeps to (docs/zaptec-api.md, "Installation settings"), ms. */
const RAISE_MS = 15 * MINUTE;
const LOWER_MS = MINUTE;
const MOST_EARLY = 6;

/** When the current was changed and may be changed again. What this strategy wants at another time would only wait. */
export class Pace {
  #changedAt = -Infinity;
  #early: readonly number[] = [];

  get changedAt(): number {
    return this.#changedAt;
  }

  /** From when on the current may rise. */
  get raiseAt(): number {
    return this.#changedAt + RAISE_MS;
  }

  canRaise(now: number): boolean {
    return now >= this.raiseAt;
  }

  canLower(now: number): boolean {
    if (this.canRaise(now)) return true;
    return now >= this.#changedAt + LOWER_MS && this.#recent(now).length < MOST_EARLY;
  }

  /** @param lowers nothing rises */
  changed(now: number, lowers: boolean): void {
    if (lowers && !this.canRaise(now)) this.#early = [...this.#recent(now), now];
    this.#changedAt = now;
  }

  /** Plain JSON. */
  dump(): unknown {
    return { changedAt: Number.isFinite(this.#changedAt) ? this.#changedAt : undefined, early: this.#early };
  }

  restore(dumped: unknown): void {
    const { changedAt, early } = isObject(dumped) ? dumped : {};
    if (typeof changedAt === 'number' && Number.isFinite(changedAt)) this.#changedAt = changedAt;
    if (Array.isArray(early)) this.#early = early.filter((at): at is number => Number.isFinite(at)).slice(-MOST_EARLY);
  }

  /** What an earlier run has kept may lie in the future where a clock was set. */
  notAfter(now: number): void {
    this.#changedAt = Math.min(this.#changedAt, now);
    this.#early = this.#early.map((at) => Math.min(at, now));
  }

  #recent(now: number): number[] {
    return this.#early.filter((at) => at > now - HOUR);
  }
}
