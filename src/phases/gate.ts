import type { Caller } from '../api/caller';
import { rawState, type Charger } from '../api/chargers';
import { readInstallation } from '../api/installations';
import { readList } from '../api/lists';
import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import type { LiveStates } from '../feed/live';
import type { Answer, CallOptions } from '../http/cache';
import { STATE_FLOOR } from '../http/endpoints';
import { clock } from '../time/clock';
import { OBSERVATION } from '../zaptec/observation-ids';
import type { RawObservation } from '../zaptec/observations';
import { readNumber } from '../zaptec/values';
import type { PhaseBudget } from './budget';
import { canSwitchPhases } from './threshold';
import { phrase } from '../errors/phrase';

/** A threshold that was read longer ago may have been changed by somebody else, in ms. */
const TRUSTED_MS = 10 * 60_000;
const FIELD = 'threeToOnePhaseSwitchCurrent';

/** A change of the phases of one installation, or of one of its chargers. */
export interface PhaseChange {
  installationId: string;
  /** Only this one switches. */
  chargerId?: string;
  budget: PhaseBudget;
  /** The running sessions, known without a request. */
  live: LiveStates;
}

type Spending = Pick<PhaseChange, 'budget' | 'chargerId'>;

/** @throws ZaptecError `PHASES_TOO_SOON` */
function checkDwell({ budget, chargerId }: Spending): void {
  const nextAt = chargerId === undefined ? budget.nextAt : budget.nextAtOf(chargerId);
  if (clock.steady() >= nextAt) return;
  const until = clock.steadyIso(nextAt);
  throw zaptecError(
    'PHASES_TOO_SOON',
    phrase`The phases were switched a moment ago, and may be again from ${until} on`,
  );
}

/**
 * Writes a switch of the phases within its budget.
 * @param sessions that run on what switches.
 * @throws ZaptecError `PHASES_TOO_SOON`, `PHASES_SPENT`, and what `send` throws.
 */
export async function spend(
  spending: Spending,
  sessions: readonly string[],
  send: () => Promise<Answer<unknown>>,
): Promise<Answer<unknown>> {
  const { budget, chargerId } = spending;
  checkDwell(spending);
  if (budget.isSpent(sessions)) {
    throw zaptecError('PHASES_SPENT', 'The phases were switched as often as a charger allows in one session');
  }
  const now = clock.steady();
  const takeBack =
    chargerId === undefined ? budget.switched(sessions, now) : budget.switchedOne(chargerId, sessions, now);
  try {
    return await send();
  } catch (error) {
    if (isZaptecError(error) && (error.cause.attempts === 0 || error.cause.status !== undefined)) takeBack();
    throw error;
  }
}

/** Lets changes of the phases through, but not too often, and only where something differs. */
export class PhaseGate {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Whether the installation has another threshold, in A. */
  async isChange({ installationId }: PhaseChange, threshold: number, options: CallOptions): Promise<boolean> {
    const read = (refresh: boolean) => readInstallation(this.#caller, installationId, { ...options, refresh });
    const known = await read(false);
    const { data } = known.meta.ageMs > TRUSTED_MS ? await read(true) : known;
    return data[FIELD] !== threshold;
  }

  /** Whether a charger has another number of phases; so it seems where it does not report them. */
  async isChangeOf(chargerId: string, phases: number, live: LiveStates, options: CallOptions): Promise<boolean> {
    const state = live.observations(chargerId) ?? (await this.#state(chargerId, options));
    return readNumber(valueOf(state, OBSERVATION.MaxPhases) ?? '') !== phases;
  }

  /**
   * @param send writes the change.
   * @throws ZaptecError `PHASES_TOO_SOON`, `PHASES_SPENT`, and what `send` throws.
   */
  async pass(
    change: PhaseChange,
    options: CallOptions,
    send: () => Promise<Answer<unknown>>,
  ): Promise<Answer<unknown>> {
    checkDwell(change);
    const sessions = await this.#sessions(change, options);
    // Another one may have come first while the sessions were read.
    return spend(change, sessions, send);
  }

  /** The sessions that run on chargers which could switch. */
  async #sessions({ installationId, chargerId, live }: PhaseChange, options: CallOptions): Promise<string[]> {
    if (chargerId !== undefined) {
      const session = await this.#session(chargerId, live, options);
      return session === undefined || session === '' ? [] : [session];
    }
    const query = { InstallationId: installationId };
    const { data } = await readList(this.#caller, '/api/chargers', query, { ...options, refresh: false });
    // Guess: that every server knows this filter.
    const here = (data as Charger[]).filter((charger) => (charger.installationId ?? installationId) === installationId);
    const switching = here.filter(canSwitchPhases).map(({ id }) => this.#session(id, live, options));
    return (await Promise.all(switching)).filter((session) => session !== undefined && session !== '') as string[];
  }

  /** A state that cannot be read counts as no session: the charger itself keeps to its budget. */
  async #session(chargerId: string, live: LiveStates, options: CallOptions): Promise<string | undefined> {
    try {
      const state = live.observations(chargerId) ?? (await this.#state(chargerId, options));
      return valueOf(state, OBSERVATION.SessionIdentifier);
    } catch (error) {
      if (isZaptecError(error) && error.code === 'ABORTED') throw error;
      return undefined;
    }
  }

  async #state(chargerId: string, options: CallOptions): Promise<readonly RawObservation[]> {
    const shape = (data: unknown) => {
      const state = rawState(data, chargerId);
      this.#caller.observer.onState(chargerId, state);
      return state;
    };
    const path = `/api/chargers/${chargerId}/state`;
    return (await this.#caller.get(path, options, shape, () => STATE_FLOOR.chargingMs)).data;
  }
}

function valueOf(state: readonly RawObservation[], id: number): string | undefined {
  return state.find(({ stateId }) => stateId === id)?.valueAsString;
}
