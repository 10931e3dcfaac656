import { PHASES } from './currents';
import type { Currents } from './types';

/** Chargers get so long to follow, in ms. */
const PATIENCE_MS = 60_000;
/** A charger may measure so much more than it was allotted, in A; guess. */
const TOLERANCE_A = 1;

/**
 * Whether the chargers keep to what was set: they adjust within seconds (docs/zaptec-api.md, "Installation settings").
 */
export class Compliance {
  #overSince: number | undefined;
  #isReported = false;

  reset(): void {
    this.#overSince = undefined;
    this.#isReported = false;
  }

  /** @returns true once, when more has been flowing for longer than a minute. */
  isBroken(applied: Currents, chargers: readonly Currents[], now: number): boolean {
    if (!exceeds(applied, chargers)) {
      this.reset();
      return false;
    }
    this.#overSince ??= now;
    if (this.#isReported || now - this.#overSince < PATIENCE_MS) return false;
    this.#isReported = true;
    return true;
  }
}

/**
 * On which phase of the installation the first phase of a charger is remains unknown: so one charger is compared with
 * the highest phase, and all together with the sum.
 */
export function exceeds(applied: Currents, chargers: readonly Currents[]): boolean {
  const sum = (currents: Currents) => PHASES.reduce((total, phase) => total + currents[phase], 0);
  const most = Math.max(...PHASES.map((phase) => applied[phase]));
  const alone = chargers.some((charger) => PHASES.some((phase) => charger[phase] > most + TOLERANCE_A));
  const together = chargers.reduce((total, charger) => total + sum(charger), 0);
  return alone || together > sum(applied) + TOLERANCE_A * PHASES.length;
}
