import type { Caller } from '../api/caller';
import { objectFrom } from '../api/shape';
import { zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { PhaseGate } from '../phases/gate';
import { clock } from '../time/clock';
import { asGuid } from '../zaptec/guid';
import { isObject, type JsonObject } from '../zaptec/json';
import { readNumber } from '../zaptec/values';
import type { ControlAccess } from './control';
import { everyPhase, isUsable } from './currents';
import type { Governors, Kind } from './governors';
import type { Currents } from './types';
import { phrase } from '../errors/phrase';

const ALL = 'availableCurrent';
const SINGLE = ['availableCurrentPhase1', 'availableCurrentPhase2', 'availableCurrentPhase3'] as const;
const OF_CHARGER = 'maxChargeCurrent';
const PHASES = 'threeToOnePhaseSwitchCurrent';
const PHASES_OF_CHARGER = 'maxChargePhases';
const PHASES_OF_SESSION = 'prioritizedPhases';
/** Zaptec takes fields in any casing, so that no casing may pass the governor. */
const FIELDS: ReadonlyMap<string, string> = new Map(
  [ALL, ...SINGLE, OF_CHARGER, PHASES, PHASES_OF_CHARGER, 'maxCurrent'].map((field) => [field.toLowerCase(), field]),
);
/**
 * Endpoints that can set a current too, beside the documented ones, such as `PUT /api/installation/{id}`
 * (docs/zaptec-api.md, "Other internal calls").
 */
const SIDE_DOOR = /^\/+api\/+(installation|chargers)\/+[^/]+(\/+(update|localsettings)(;[^/]*)?)?\/*$/i;

/** Single updates of settings: a current among them goes through the governor. */
export class GovernedWrites {
  readonly #caller: Caller;
  readonly #access: ControlAccess;
  readonly #phases: PhaseGate;

  constructor(caller: Caller, access: ControlAccess) {
    this.#caller = caller;
    this.#phases = new PhaseGate(caller);
    this.#access = access;
  }

  /**
   * `POST /api/installation/{id}/update` (docs/zaptec-api.md, "Installation settings"). Without a current in it the
   * present one goes along, since leaving it out may mean: back to the maximum. A phase threshold that is set already
   * is left out.
   * @throws ZaptecError `TOO_SOON`, `ABOVE_LIMIT`, `ABOVE_MAXIMUM`, `PHASES_TOO_SOON`, `PHASES_SPENT`, `NOT_MANUAL`,
   * `ROLE_MISSING`, `INPUT_INVALID` …
   */
  async installation(id: string, body: unknown, options: CallOptions): Promise<Answer<unknown>> {
    const installationId = asGuid(id, 'installation');
    const where = target('POST', `/api/installation/${installationId}/update`);
    this.#caller.mayWrite('POST', where);
    const { fields, others } = split(body, [ALL, ...SINGLE]);
    const currents = currentsOf(fields);
    const write = (settings: JsonObject, set: Currents | undefined) =>
      this.#write('installation', installationId, set, settings, options);
    const send = (more: JsonObject) => {
      if (Object.keys(more).length === 0) return write(more, currents);
      return this.#paced(installationId, more, options, write, currents);
    };
    const { [PHASES]: given, ...rest } = others;
    if (given === undefined) return send(others);
    const threshold = phasesIn(PHASES, given);
    const governors = this.#governors();
    const change = { installationId, budget: governors.phases(installationId), live: governors.live };
    if (await this.#phases.isChange(change, threshold, options))
      return this.#phases.pass(change, options, () => send(others));
    return currents || Object.keys(rest).length > 0 ? send(rest) : nothingSent();
  }

  /** `POST /api/chargers/{id}/update` (docs/zaptec-api.md, "Charger settings"). @throws ZaptecError as above */
  async charger(id: string, body: unknown, options: CallOptions): Promise<Answer<unknown>> {
    const chargerId = asGuid(id, 'charger');
    const where = target('POST', `/api/chargers/${chargerId}/update`);
    this.#caller.mayWrite('POST', where);
    const { fields, others } = split(body, [OF_CHARGER]);
    const ampere = fields[OF_CHARGER];
    const currents = ampere === undefined ? undefined : usable(everyPhase(ampere as number));
    const write = (settings: JsonObject, set: Currents | undefined) =>
      set
        ? this.#write('charger', chargerId, set, settings, options)
        : this.#caller.write('POST', where, settings, options);
    const send = (more: JsonObject) => {
      if (Object.keys(more).length === 0) return currents ? write(more, currents) : nothingSent();
      return this.#paced(chargerId, more, options, write, currents);
    };
    const { [PHASES_OF_CHARGER]: given, ...rest } = others;
    if (given === undefined) return send(others);
    const phases = phasesIn(PHASES_OF_CHARGER, given);
    const governors = this.#governors();
    if (!(await this.#phases.isChangeOf(chargerId, phases, governors.live, options))) return send(rest);
    const { data } = await this.#caller.get(`/api/chargers/${chargerId}`, options, objectFrom('the charger'));
    const of = data['installationId'];
    const installationId = typeof of === 'string' ? asGuid(of, 'installation') : chargerId;
    const change = { installationId, chargerId, budget: governors.phases(installationId), live: governors.live };
    return this.#phases.pass(change, options, async () => send(others));
  }

  /**
   * `POST /api/session/{id}/priority` (docs/zaptec-api.md, "Session and priority"), at most once a minute, and other phases
   * than before as seldom as any switch of them.
   * @throws ZaptecError `PHASES_TOO_SOON`, `PHASES_SPENT` …
   */
  async priority(id: string, body: unknown, options: CallOptions): Promise<Answer<unknown>> {
    const sessionId = asGuid(id, 'session');
    const where = target('POST', `/api/session/${sessionId}/priority`);
    this.#caller.mayWrite('POST', where);
    if (!isObject(body)) return this.#caller.write('POST', where, body, options);
    const isPhases = ([name]: [string, unknown]) => name.toLowerCase() === PHASES_OF_SESSION.toLowerCase();
    const given = Object.entries(body).find(isPhases);
    const phases = given && phasesIn(PHASES_OF_SESSION, given[1]);
    // The phases and the current of one priority belong together.
    return this.#governors().sessionPhases.pass(sessionId, phases, () =>
      this.#paced(sessionId, { priority: body }, options, ({ priority }) =>
        this.#caller.write('POST', where, priority, options),
      ),
    );
  }

  /**
   * Any write of the request node; undefined when no current is at stake.
   * @throws ZaptecError `GOVERNED` for a way round
   */
  any(method: string, where: Target, body: unknown, options: CallOptions): Promise<Answer<unknown>> | undefined {
    const id = where.path.split('/')[3] ?? '';
    if (where.endpoint?.path === '/api/installation/{id}/update') return this.installation(id, body, options);
    if (where.endpoint?.path === '/api/chargers/{id}/update') return this.charger(id, body, options);
    if (where.endpoint?.path === '/api/session/{id}/priority') return this.priority(id, body, options);
    const names = isObject(body) ? Object.keys(body).map((name) => FIELDS.get(name.toLowerCase())) : [];
    const isAsideOf = SIDE_DOOR.test(decodeURIComponent(where.path)) && names.some((name) => name !== undefined);
    if (isAsideOf) throw zaptecError('GOVERNED', phrase`${method} ${where.path} was not sent: currents are governed`);
    return undefined;
  }

  #governors(): Governors {
    const { governors, directory } = this.#access;
    governors.use(directory);
    return governors;
  }

  /**
   * Settings that may have to wait, which no current that comes with them does.
   * @param currents absent where none comes with the settings.
   */
  async #paced(
    thing: string,
    settings: JsonObject,
    options: CallOptions,
    write: (settings: JsonObject, currents: Currents | undefined) => Promise<Answer<unknown>>,
    currents?: Currents,
  ): Promise<Answer<unknown>> {
    const { pace } = this.#governors();
    const goesAhead = currents !== undefined && !pace.isFree(thing, settings);
    if (goesAhead) await write({}, currents);
    // When the settings follow, somebody may have asked for another current, which this one must not replace.
    const rest = goesAhead ? undefined : currents;
    const paced = ({ signal }: CallOptions) => pace.write(thing, settings, signal, (all) => write(all, rest));
    return this.#caller.guarded(options, paced);
  }

  async #write(
    kind: Kind,
    id: string,
    currents: Currents | undefined,
    others: JsonObject,
    options: CallOptions,
  ): Promise<Answer<unknown>> {
    const { tokens } = this.#access;
    if (tokens.isRefused) await tokens.get();
    const runner = this.#governors().of(kind, id, false);
    const answer = await this.#caller.guarded(options, ({ signal }) => runner.write(currents, others, signal));
    return answer ?? nothingSent();
  }
}

/** The cloud has it already. */
function nothingSent(): Answer<unknown> {
  return { data: null, meta: { source: 'cache', time: clock.iso(), ageMs: 0, attempts: 0 } };
}

/** @throws ZaptecError `INPUT_INVALID` */
function split(body: unknown, governed: readonly string[]): { fields: JsonObject; others: JsonObject } {
  if (!isObject(body)) {
    throw zaptecError('INPUT_INVALID', 'There are no settings to write', { remedy: 'Give an object with settings' });
  }
  const fields: JsonObject = {};
  const others: JsonObject = {};
  for (const [name, given] of Object.entries(body)) {
    const field = FIELDS.get(name.toLowerCase());
    const known = field ?? name;
    // Zaptec takes a number as text too, which no text may pass the governor with.
    const value = field !== undefined && typeof given === 'string' ? (readNumber(given) ?? given) : given;
    // Null means "back to the maximum" (docs/zaptec-api.md, "Installation settings"), which a flow that sends null does
    // not want.
    if (!governed.includes(known)) others[known] = value;
    else if (value !== null && value !== undefined) fields[known] = value;
  }
  return { fields, others };
}

/** Zaptec may take null or what is no number for the default, which would switch the phases past their budget. */
function phasesIn(field: string, given: unknown): number {
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  const shown =
    typeof given === 'string' ? phrase`"${given.slice(0, 40)}"` : given === null ? 'null' : phrase`a ${typeof given}`;
  throw zaptecError('INPUT_INVALID', phrase`${field} is ${shown}, no number`, {
    remedy: phrase`Send ${field} as a number, or leave it out`,
  });
}

function currentsOf(fields: JsonObject): Currents | undefined {
  const given = SINGLE.filter((name) => name in fields);
  if (given.length > 0 && (given.length < SINGLE.length || ALL in fields)) {
    throw zaptecError('INPUT_INVALID', phrase`${Object.keys(fields).join(', ')} do not go together`, {
      remedy: phrase`Give either ${ALL} or all three phases, because a phase that is left out goes back to its default`,
    });
  }
  if (given.length > 0) {
    const [phase1, phase2, phase3] = SINGLE.map((name) => fields[name] as number);
    return usable({ phase1, phase2, phase3 } as Currents);
  }
  return ALL in fields ? usable(everyPhase(fields[ALL] as number)) : undefined;
}

function usable(currents: Currents): Currents {
  if (isUsable(currents)) return currents;
  throw zaptecError('INPUT_INVALID', 'The current is no number from 0 on', { remedy: 'Give A as a number, 0 pauses' });
}
