import { PHASE_V } from './levels';

/** A phase with less than this is not used, A. */
const IDLE_A = 1;
/** A car with less than this on every phase is about to begin or to end, A. */
const CHARGES_FROM_A = 4;
const NEAR = 0.15;
/** A car that has had the same current for so long follows it: a raise of before waits 15 minutes at most, ms. */
const SETTLED_MS = 16 * 60_000;

/** How many phases the cars use, as seen from their currents. */
export class PhasesUsed {
  #phases: number | undefined;
  /** Currents say more than a power. */
  #isMeasured = false;

  /** From 1 to 3; undefined when no car has charged yet. */
  get value(): number | undefined {
    return this.#phases;
  }

  /** @param currents of all chargers together on each phase, A */
  onCurrents(currents: readonly number[]): void {
    const used = currents.filter((ampere) => Number.isFinite(ampere) && ampere >= IDLE_A);
    const most = Math.max(0, ...used);
    if (most < CHARGES_FROM_A) return;
    const share = used.reduce((sum, ampere) => sum + ampere, 0) / most;
    this.#phases = nearest(Math.min(3, share));
    this.#isMeasured = true;
  }

  /** Without currents: what the cars take at the current that has been set for `sinceMs`. */
  onPower(watts: number, currentA: number, sinceMs: number): void {
    if (this.#isMeasured || currentA <= 0 || sinceMs < SETTLED_MS) return;
    const share = watts / (currentA * PHASE_V);
    for (const phases of [1, 3]) if (Math.abs(share - phases) <= phases * NEAR) this.#phases = phases;
  }

  restore(phases: unknown): void {
    if (typeof phases === 'number' && phases >= 1 && phases <= 3) this.#phases = phases;
  }
}

function nearest(share: number): number {
  const whole = Math.round(share);
  return Math.abs(share - whole) <= NEAR ? whole : Math.round(share * 10) / 10;
}
