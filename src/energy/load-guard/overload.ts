import { SPIKE_MS } from './house-load';

/** A fuse bears 1.13 times its current for an hour at least, and a breaker trips at 1.45 times (EN 60898-1). */
const BORNE = 1.13;
const TRIPS = 1.45;
/** So much of what a fuse bears may be used up before the current is lowered. */
const USED_PART = 0.5;
const HOUR_S = 3_600;
/**
 * guess: spikes that come again and again warm a fuse as a lasting overload does. So much of (I/In)² − 1 is less than a third
 * of what the weakest fuse bears, and more than single spikes bring, s.
 */
const SPIKES_S = 120;
/** A time without values counts for at most so long, s. */
const LONGEST_S = 60;

/** Says when the current of one phase must be lowered. */
export class Overload {
  #overSince: number | undefined;
  /** When the phase last carried more than its fuse, ms. */
  #overAt = -Infinity;
  /** s; the integral of (I/In)² − 1, never negative. */
  #heatS = 0;
  #at: number | undefined;
  #ampere = 0;

  /** Takes the current of the phase; a negative one flows into the grid. */
  take(ampere: number, fuseA: number, now: number): void {
    this.#warm(fuseA, now);
    this.#ampere = ampere;
    if (ampere > fuseA) this.#overAt = now;
    this.#overSince = ampere > fuseA ? (this.#overSince ?? now) : undefined;
  }

  /** The phase has carried more than its fuse for 12 s, or more than the fuse bears. @param bornMin 0 for nothing */
  isConfirmed(fuseA: number, borneMin: number, now: number): boolean {
    this.#warm(fuseA, now);
    if (this.#overSince === undefined) return false;
    const hasLasted = now - this.#overSince >= SPIKE_MS;
    if (borneMin <= 0 || this.#ampere > TRIPS * fuseA) return hasLasted;
    return hasLasted && this.#heatS >= USED_PART * budgetOf(borneMin);
  }

  /** The phase carries more than its fuse again and again, if only for seconds each time. @param bornMin 0 for nothing */
  isRepeated(borneMin: number, now: number): boolean {
    const isRecent = now >= this.#overAt && now - this.#overAt < SPIKE_MS;
    return isRecent && this.#heatS >= Math.max(SPIKES_S, USED_PART * budgetOf(borneMin));
  }

  get isOver(): boolean {
    return this.#overSince !== undefined;
  }

  /** Plain JSON: how much of what the fuse bears is used up, s. */
  dump(): unknown {
    return this.#heatS;
  }

  /** The time in between counts as none in which the fuse could cool. */
  restore(dumped: unknown): void {
    if (typeof dumped === 'number' && dumped >= 0 && dumped <= HOUR_S) this.#heatS = dumped;
  }

  #warm(fuseA: number, now: number): void {
    const seconds = this.#at === undefined ? 0 : Math.min(LONGEST_S, Math.max(0, (now - this.#at) / 1_000));
    const load = Math.max(0, this.#ampere) / fuseA;
    this.#heatS = Math.max(0, this.#heatS + (load ** 2 - 1) * seconds);
    this.#at = now;
  }
}

/** What a fuse bears that bears 1.13 times its current for so many minutes, s. */
const budgetOf = (borneMin: number): number => ((BORNE ** 2 - 1) * HOUR_S * Math.min(60, borneMin)) / 60;
