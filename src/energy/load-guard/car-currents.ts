import { everyPhase, isPlausible, PHASES, perPhase, type Phase, type PhaseValues } from './phases';

/** What one charger takes, at its terminals. */
export interface CarCurrents {
  id: string;
  /** How else people call it. */
  names?: readonly (string | undefined)[];
  /** A; a phase that is not known is absent. */
  currents: Partial<PhaseValues>;
  /** When this was last confirmed, ms. */
  at: number;
}

/** A limit that the chargers got, A, and when, ms. */
export interface Commanded {
  limit: PhaseValues;
  at: number;
}

/** Older values do not count, ms. */
const FRESH_MS = 60_000;
/** A charger that takes less than this does not charge, A. */
const IDLE_A = 1;

/** What the cars take of the current of the connection. */
export class CarsAtMeter {
  readonly #cars = new Map<string, CarCurrents>();

  take(cars: readonly CarCurrents[]): void {
    for (const car of cars) this.#cars.set(car.id, car);
  }

  /**
   * At least this flows into cars, A. A value that is older than 60 s counts as 0, so that too much of the current seems
   * to be that of the house and never too little. What is left of a value from before the last limit is at most that limit.
   */
  sum(now: number, commanded: Commanded | undefined): PhaseValues {
    const fresh = this.#fresh(now);
    const total = perPhase((phase) => fresh.reduce((sum, { currents }) => sum + positive(currents[phase]), 0));
    return commanded ? perPhase((phase) => Math.min(total[phase], commanded.limit[phase])) : total;
  }

  /** Whether any charger has said within a minute what it takes. */
  isKnown(now: number): boolean {
    return this.#fresh(now).length > 0;
  }

  /** How many phases carry the current of cars; undefined while no car charges. */
  usedPhases(now: number): number | undefined {
    const total = this.sum(now, { limit: everyPhase(Infinity), at: now });
    const used = PHASES.filter((phase: Phase) => total[phase] >= IDLE_A).length;
    return used === 0 ? undefined : used;
  }

  #fresh(now: number): CarCurrents[] {
    for (const [id, { at }] of this.#cars) if (now - at > FRESH_MS) this.#cars.delete(id);
    return [...this.#cars.values()];
  }
}

function positive(ampere: number | undefined): number {
  return isPlausible(ampere) ? Math.max(0, ampere) : 0;
}
