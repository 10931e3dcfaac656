/** One value for each phase. */
export interface PhaseValues {
  phase1: number;
  phase2: number;
  phase3: number;
}

export type Phase = keyof PhaseValues;

export const PHASES: readonly Phase[] = ['phase1', 'phase2', 'phase3'];

/** No house connection carries more, A. */
const MOST_A = 10_000;

/** Whether a current can have been measured at a house connection; a negative one flows into the grid. */
export function isPlausible(ampere: unknown): ampere is number {
  return typeof ampere === 'number' && Math.abs(ampere) <= MOST_A;
}

export function perPhase(value: (phase: Phase) => number): PhaseValues {
  return { phase1: value('phase1'), phase2: value('phase2'), phase3: value('phase3') };
}

export function everyPhase(value: number): PhaseValues {
  return { phase1: value, phase2: value, phase3: value };
}

/** To 0.1 A, never up; the float that stands for 12.3 stays 12.3. */
export function roundedDown(ampere: number): number {
  return Math.floor(ampere * 10 + 1e-6) / 10;
}

/** For people: `12.3 A`, or `12/8.5/16 A` where the phases differ. */
export function shownAmperes({ phase1, phase2, phase3 }: PhaseValues): string {
  const [first, second, third] = [phase1, phase2, phase3].map((ampere) => Math.round(ampere * 10) / 10);
  return first === second && second === third ? `${first} A` : `${first}/${second}/${third} A`;
}
