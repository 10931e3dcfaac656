import { PHASES } from './currents';
import type { Currents } from './types';

const PATIENCE_MS = 60_000;
/** What a charger may measure beside what it was told, in A; guess. */
const TOLERANCE_A = 1;

/** Whether the chargers keep to what was set: they adjust within seconds (`zaptec-api.md` 2.5). */
export class Compliance {
  #overSince: number | undefined;
  #told = false;

  reset(): void {
    this.#overSince = undefined;
    this.#told = false;
  }

  /** @returns true once, when more has been flowing for longer than a minute. */
  isBroken(applied: Currents, chargers: readonly Currents[], now: number): boolean {
    if (!exceeds(applied, chargers)) {
      this.reset();
      return false;
    }
    this.#overSince = Math.min(this.#overSince ?? now, now);
    if (this.#told || now - this.#overSince < PATIENCE_MS) return false;
    this.#told = true;
    return true;
  }
}

/**
 * Nobody tells on which phase of the installation the first phase of a charger is: so one charger is held against the
 * highest phase, and all together against the sum.
 */
export function exceeds(applied: Currents, chargers: readonly Currents[]): boolean {
  const sum = (currents: Currents) => PHASES.reduce((total, phase) => total + currents[phase], 0);
  const most = Math.max(...PHASES.map((phase) => applied[phase]));
  const alone = chargers.some((charger) => PHASES.some((phase) => charger[phase] > most + TOLERANCE_A));
  const together = chargers.reduce((total, charger) => total + sum(charger), 0);
  return alone || together > sum(applied) + TOLERANCE_A * PHASES.length;
}
