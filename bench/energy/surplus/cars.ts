/** A car and its charger: the power that it draws at a current, kW. */
export interface Car {
  maxA: number;
  phases: (currentA: number) => 1 | 3;
  model: 'Go' | 'Go 2';
}

const PHASE_KW = 0.23;
/** Where a Go 2 goes from one phase to three, A. */
export const SWITCHES_AT_A = 8;

export const CARS = {
  three: { maxA: 16, phases: () => 3, model: 'Go' },
  one: { maxA: 32, phases: () => 1, model: 'Go' },
  /** Draws less than its charger may give. */
  weak: { maxA: 10, phases: () => 3, model: 'Go' },
  switching: { maxA: 16, phases: (currentA: number) => (currentA < SWITCHES_AT_A ? 1 : 3), model: 'Go 2' },
} as const satisfies Record<string, Car>;

export function powerKw({ maxA, phases }: Car, currentA: number): number {
  if (currentA < 6) return 0;
  return Math.min(currentA, maxA) * phases(currentA) * PHASE_KW;
}
