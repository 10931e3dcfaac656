/** A current that can be set, what it brings a car, and on how many phases. */
export interface Level {
  /** A on each phase; 0 pauses. */
  currentA: number;
  phases: number;
  powerW: number;
}

/** Below this a charger gives nothing (docs/zaptec-api.md, "Charging current"), A. */
const LEAST_A = 6;
/** guess: the voltage of a phase. */
export const PHASE_V = 230;

export const OFF: Level = { currentA: 0, phases: 0, powerW: 0 };

/** A charger that switches its phases goes back to three only above its threshold (docs/zaptec-api.md, "Phase switching"), A. */
const ABOVE_A = 0.1;

/**
 * From least to most, in steps of 1 A.
 * @param phases that the car uses at a current
 * @param switchBelowA where the phases are switched, A: no level is right there
 */
export function levelsTo(maxA: number, phases: (currentA: number) => number, switchBelowA?: number): Level[] {
  const levels: Level[] = [];
  for (let ampere = LEAST_A; ampere < maxA; ampere += 1) {
    const currentA = ampere === switchBelowA ? ampere + ABOVE_A : ampere;
    levels.push(levelOf(currentA, phases(currentA)));
  }
  levels.push(levelOf(maxA, phases(maxA)));
  return levels;
}

/** The level of a current under other phases; of a current that is no level the next lower one. */
export function levelAt(levels: readonly Level[], currentA: number): Level {
  return levels.findLast((level) => level.currentA <= currentA) ?? OFF;
}

/** The level that brings the power that a car takes, or the next lower one. */
export function levelFor(levels: readonly Level[], powerW: number): Level {
  return levels.findLast((level) => level.powerW <= powerW * 1.05) ?? levels[0] ?? OFF;
}

function levelOf(currentA: number, phases: number): Level {
  return { currentA, phases, powerW: currentA * phases * PHASE_V };
}
