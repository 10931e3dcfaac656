import type { Caller } from '../api/caller';
import { numberOf } from '../api/field-types';
import { readInstallation, type Installation } from '../api/installations';
import { formOf } from '../api/shape';
import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { Answer } from '../http/cache';
import { target } from '../http/endpoints';
import { clock } from '../time/clock';
import { isObject, type JsonObject } from '../zaptec/json';
import { mayControl } from '../zaptec/roles';
import type { Reading } from './governor/events';
import { fingerprint, preflight } from './preflight';
import type { CurrentTarget, SendOptions } from './target';
import type { Currents } from './types';
import { phrase } from '../errors/phrase';

/**
 * The maximum where the cloud leaves it out (Home Assistant's default, docs/zaptec-api.md, "Installation settings"), in
 * A.
 */
const USUAL_MAXIMUM_A = 32;

const FIELDS = [
  'availableCurrent',
  'availableCurrentPhase1',
  'availableCurrentPhase2',
  'availableCurrentPhase3',
] as const;

/** The available current of an installation (docs/zaptec-api.md, "Installation" and "Installation settings"). */
export class InstallationTarget implements CurrentTarget {
  readonly key: string;
  readonly #id: string;
  readonly #caller: () => Caller;
  readonly #standAlone: () => readonly boolean[];

  /** @param standAlone observation 712 of the chargers that are known. */
  constructor(id: string, caller: () => Caller, standAlone: () => readonly boolean[] = () => []) {
    this.key = `installation-${id}`;
    this.#id = id;
    this.#caller = caller;
    this.#standAlone = standAlone;
  }

  async read(fresh: boolean, signal: AbortSignal): Promise<Reading> {
    const startedAt = clock.steady();
    const path = `/api/installation/${this.#id}`;
    if (fresh) {
      const caller = this.#caller();
      const reply = await caller.guarded({ signal }, (options) => caller.fetch(target('GET', path), options));
      if (!isObject(reply?.data)) throw zaptecError('BAD_ANSWER', 'Zaptec answered without the installation');
      return this.#reading({ ...reply.data, id: this.#id }, startedAt);
    }
    const { data, meta } = await readInstallation(this.#caller(), this.#id, { signal });
    return this.#reading(data, meta.source === 'cache' ? clock.steady() - meta.ageMs : startedAt);
  }

  send(currents: Currents, others: JsonObject, { lane, signal, beforeSend }: SendOptions): Promise<Answer<unknown>> {
    const body = { ...others, ...fieldsOf(currents) };
    return this.#caller().post(`/api/installation/${this.#id}/update`, body, { lane, signal, beforeSend, once: true });
  }

  #reading(installation: Installation, at: number): Reading {
    const standAlone = this.#standAlone();
    const { maxCurrent } = installation;
    const { currents, unknown } = currentsOf(installation);
    return {
      currents,
      unknown,
      maxCurrent: maxCurrent !== undefined && maxCurrent > 0 ? maxCurrent : USUAL_MAXIMUM_A,
      at,
      refusal: preflight(installation, standAlone),
      fingerprint: fingerprint(installation, standAlone),
    };
  }
}

/** One value where the phases are equal, else all three: one that is left out goes back to its default. */
function fieldsOf({ phase1, phase2, phase3 }: Currents): JsonObject {
  if (phase1 === phase2 && phase2 === phase3) return { availableCurrent: phase1 };
  return { availableCurrentPhase1: phase1, availableCurrentPhase2: phase2, availableCurrentPhase3: phase3 };
}

/**
 * The available current of each phase. Where nobody has ever set one the cloud leaves it out, and the maximum applies
 * (docs/zaptec-api.md, "Installation" and "Installation settings"); but what an account may not see is left out as well.
 */
function currentsOf(installation: Installation): Pick<Reading, 'currents' | 'unknown'> {
  const unreadable = FIELDS.find(
    (field) => isPresent(installation[field]) && numberOf(installation[field]) === undefined,
  );
  if (unreadable !== undefined) {
    const reason = phrase`Zaptec answered with ${formOf(installation[unreadable])} in the field ${unreadable}`;
    return { currents: undefined, unknown: zaptecError('BAD_ANSWER', reason) };
  }
  const [all, phase1, phase2, phase3] = FIELDS.map((field) => currentOf(installation[field]));
  const unset = mayControl(installation.currentUserRoles) ? numberOf(installation.maxCurrent) : undefined;
  const rest = all ?? unset;
  const [one, two, three] = [phase1 ?? rest, phase2 ?? rest, phase3 ?? rest];
  if (one !== undefined && two !== undefined && three !== undefined) {
    return { currents: { phase1: one, phase2: two, phase3: three } };
  }
  return { currents: undefined, unknown: unknownCurrent(installation) };
}

function unknownCurrent({ currentUserRoles, maxCurrent }: Installation): ZaptecError {
  const missing = 'Zaptec does not send the available current (AvailableCurrent)';
  if (!mayControl(currentUserRoles)) {
    return zaptecError('BAD_ANSWER', phrase`${missing}, nor a role that may read it`, {
      remedy: 'Use an account with the owner or service role',
    });
  }
  const maximum = isPresent(maxCurrent)
    ? phrase`and ${formOf(maxCurrent)} as the maximum (MaxCurrent)`
    : 'nor the maximum';
  return zaptecError('BAD_ANSWER', phrase`${missing}, ${maximum}`, {
    remedy: 'Set the available current once in the Zaptec portal',
  });
}

/** guess: -1 means automatic, as in a write, so that the maximum applies; less than no current is none that was set. */
function currentOf(value: unknown): number | undefined {
  const current = numberOf(value);
  return current !== undefined && current < 0 ? undefined : current;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
