import { isObject } from '../zaptec/json';
import type { Currents } from './types';

/**
 * Below this a charger gives nothing, so that a lower current is a pause (docs/zaptec-api.md, "Charging current"), in
 * A.
 */
export const MINIMUM_A = 6;
/** Currents are set in steps of 0.1 A; two that differ by less are the same. */
const EPSILON_A = 0.05;

type Phase = keyof Currents;

export const PHASES: readonly Phase[] = ['phase1', 'phase2', 'phase3'];

export function perPhase(value: (phase: Phase) => number): Currents {
  return { phase1: value('phase1'), phase2: value('phase2'), phase3: value('phase3') };
}

export function everyPhase(ampere: number): Currents {
  return perPhase(() => ampere);
}

/** The least of each phase. */
export function lowest(first: Currents, ...others: readonly Currents[]): Currents {
  return perPhase((phase) => Math.min(first[phase], ...others.map((other) => other[phase])));
}

/** The most of each phase. */
export function highest(first: Currents, ...others: readonly Currents[]): Currents {
  return perPhase((phase) => Math.max(first[phase], ...others.map((other) => other[phase])));
}

/** Whether `a` is more than `b` on any phase. */
export function isAbove(a: Currents, b: Currents): boolean {
  return PHASES.some((phase) => a[phase] > b[phase] + EPSILON_A);
}

export function isSame(a: Currents, b: Currents): boolean {
  return !isAbove(a, b) && !isAbove(b, a);
}

/** To 0.1 A, never up; the float that stands for 12.3 stays 12.3. */
export function roundedDown(currents: Currents): Currents {
  return perPhase((phase) => Math.floor(currents[phase] * 10 + 1e-6) / 10);
}

export function isUsable(currents: Currents): boolean {
  return isFinite(currents) && !isNegative(currents);
}

/** Numbers all, be they negative. */
export function isFinite(currents: Currents): boolean {
  return PHASES.every((phase) => Number.isFinite(currents[phase]));
}

export function isNegative(currents: Currents): boolean {
  return PHASES.some((phase) => currents[phase] < 0);
}

/** For people: one number where the phases are equal. */
export function shown({ phase1, phase2, phase3 }: Currents): string {
  return phase1 === phase2 && phase2 === phase3 ? `${phase1} A` : `${phase1}/${phase2}/${phase3} A`;
}

/** Of JSON; undefined where it is no usable current on each phase. */
export function currentsFrom(value: unknown): Currents | undefined {
  if (!isObject(value) || PHASES.some((phase) => typeof value[phase] !== 'number')) return undefined;
  const currents = perPhase((phase) => value[phase] as number);
  return isUsable(currents) ? currents : undefined;
}
