import type { Caller } from '../api/caller';
import { rawState } from '../api/chargers';
import { objectFrom } from '../api/shape';
import { isZaptecError, zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { Answer } from '../http/cache';
import { STATE_FLOOR, STATE_KEPT_MS, target } from '../http/endpoints';
import { clock } from '../time/clock';
import type { JsonObject } from '../zaptec/json';
import { OBSERVATION } from '../zaptec/observation-ids';
import { mayControl } from '../zaptec/roles';
import { readNumber } from '../zaptec/values';
import { everyPhase } from './currents';
import type { Reading } from './governor/events';
import type { CurrentTarget, SendOptions } from './target';
import type { Currents } from './types';

/** The most that `maxChargeCurrent` may be (docs/zaptec-api.md, "Charger settings"), in A. */
const MOST_A = 32;

/** For so long the account is taken to keep its role on the charger, in ms. */
const ROLES_MS = 60 * 60_000;

/** A charger's own limit, `maxChargeCurrent` (docs/zaptec-api.md, "Charger settings"): one value for all phases. */
export class ChargerTarget implements CurrentTarget {
  readonly key: string;
  readonly #id: string;
  readonly #caller: () => Caller;
  /** Of the account on the charger while they allow writes, and when they were read, ms of `clock.now()`. */
  #roles: { value: number; at: number } | undefined;

  constructor(id: string, caller: () => Caller) {
    this.key = `charger-${id}`;
    this.#id = id;
    this.#caller = caller;
  }

  /** Even a fresh reading is no more than one request in 15 s, with all others that read the charger: more is polling. */
  async read(fresh: boolean, signal: AbortSignal): Promise<Reading> {
    const startedAt = clock.steady();
    const caller = this.#caller();
    const path = `/api/chargers/${this.#id}`;
    const shape = (data: unknown) => rawState(data, this.#id);
    const options = { signal, refresh: fresh };
    const { data: state, meta } = await caller.get(`${path}/state`, options, shape, () => STATE_FLOOR.chargingMs);
    const valueOf = (id: number) => readNumber(state.find(({ stateId }) => stateId === id)?.valueAsString ?? '');
    const ampere = valueOf(OBSERVATION.ChargerMaxCurrent);
    const roles = await this.#rolesFrom(caller, path, signal);
    const refusal = refusalOf(roles, valueOf(OBSERVATION.IsStandAlone));
    return {
      // A charger that was never started does not report 510.
      currents: everyPhase(ampere ?? MOST_A),
      maxCurrent: MOST_A,
      at: (meta.source === 'cache' ? clock.steady() - meta.ageMs : startedAt) - STATE_KEPT_MS,
      ageMs: STATE_KEPT_MS,
      refusal,
      fingerprint: JSON.stringify([roles, valueOf(OBSERVATION.IsStandAlone)]),
    };
  }

  /** A write or a command makes the answer about the charger out of date, but not the roles: they are read once an hour. */
  async #rolesFrom(caller: Caller, path: string, signal: AbortSignal): Promise<number | undefined> {
    if (this.#roles && clock.now() - this.#roles.at < ROLES_MS) return this.#roles.value;
    const { data: charger } = await caller.get(path, { signal }, objectFrom('the charger'));
    const value = charger['currentUserRoles'] as number | undefined;
    this.#roles = value !== undefined && mayControl(value) ? { value, at: clock.now() } : undefined;
    return value;
  }

  async send(
    currents: Currents,
    others: JsonObject,
    { lane, signal, beforeSend }: SendOptions,
  ): Promise<Answer<unknown>> {
    const { path } = target('POST', `/api/chargers/${this.#id}/update`);
    const maxChargeCurrent = Math.min(currents.phase1, currents.phase2, currents.phase3);
    try {
      return await this.#caller().post(path, { ...others, maxChargeCurrent }, { lane, signal, beforeSend, once: true });
    } catch (error) {
      if (isZaptecError(error) && error.cause.status === 403) this.#roles = undefined;
      throw error;
    }
  }
}

function refusalOf(roles: number | undefined, standAlone: number | undefined): ZaptecError | undefined {
  if (roles !== undefined && !mayControl(roles)) {
    return zaptecError('ROLE_MISSING', 'Setting the current needs the owner or service role');
  }
  return standAlone === 1
    ? zaptecError('STAND_ALONE', 'The charger works stand-alone and ignores the cloud')
    : undefined;
}
