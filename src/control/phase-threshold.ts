import { zaptecError } from '../http/errors';

/**
 * When a charger that can (Go 2) goes from three phases to one, in place of magic numbers: below so many A of available
 * current, always or never (`zaptec-api.md` 2.5, 7.4).
 */
type PhaseChoice = { phases: 'three' } | { phases: 'one' } | { phases: 'below'; ampere: number };

const ALWAYS_THREE = 0;
const ALWAYS_ONE = 32;
const THRESHOLD_A = { least: 6, most: 31 };

/** Between two switches, in ms. */
export const PHASE_DWELL_MS = 15 * 60_000;
/** Switches in one session: the chargers' default, and the most that can be set (`zaptec-api.md` 7.4). */
const PHASE_SWITCHES = { usual: 5, most: 20 } as const;

/** The value of `threeToOnePhaseSwitchCurrent`, in A. @throws ZaptecError `INPUT_INVALID` */
export function thresholdOf(choice: PhaseChoice): number {
  if (choice.phases === 'three') return ALWAYS_THREE;
  if (choice.phases === 'one') return ALWAYS_ONE;
  const { ampere } = choice;
  if (ampere >= THRESHOLD_A.least && ampere <= THRESHOLD_A.most) return ampere;
  throw zaptecError('INPUT_INVALID', `The threshold of ${ampere} A is out of range`, {
    remedy: `Give ${THRESHOLD_A.least} to ${THRESHOLD_A.most} A, or choose always three or always one phase`,
  });
}

/** Counts the switches of one session, so that a flow does not use up what the charger allows. */
export class PhaseBudget {
  readonly #most: number;
  #session: string | undefined;
  #switches = 0;
  #lastAt = -Infinity;

  /** @param most switches in one session, 0 to 20. */
  constructor(most: number = PHASE_SWITCHES.usual) {
    this.#most = Math.max(0, Math.min(Math.floor(most), PHASE_SWITCHES.most));
  }

  /** How many are left in this session. */
  left(session: string | undefined): number {
    return session === this.#session ? this.#most - this.#switches : this.#most;
  }

  /**
   * From when on the next switch may be made, ms since 1970; Infinity when none is left in this session.
   * @param session the session that runs; absent without a car.
   */
  nextAt(session: string | undefined): number {
    return this.left(session) > 0 ? this.#lastAt + PHASE_DWELL_MS : Infinity;
  }

  switched(session: string | undefined, at: number): void {
    this.#switches = session === this.#session ? this.#switches + 1 : 1;
    this.#session = session;
    this.#lastAt = at;
  }
}
