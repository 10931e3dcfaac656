import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions } from '../http/cache';
import { STATE_FLOOR, target } from '../http/endpoints';
import { asGuid } from '../zaptec/guid';
import { isObject, present, type JsonObject } from '../zaptec/json';
import { OBSERVATION } from '../zaptec/observation-ids';
import type { RawObservation } from '../zaptec/observations';
import type { Caller } from './caller';
import { readList, readPages } from './lists';
import { arrayFrom, formOf, withId, type Identified } from './shape';
import { phrase } from '../errors/phrase';

/** A charger (docs/zaptec-api.md, "Charger list"); fields that are not named here pass through as they come. */
export interface Charger extends Identified {
  name?: string;
  /** The serial. `serialNo` repeats the name. */
  deviceId?: string;
  /** 1 Pro and Home, 4 Go and Go 2 (docs/zaptec-api.md, "Device types"). */
  deviceType?: number;
  installationId?: string;
  installationName?: string;
  currentUserRoles?: number;
  isOnline?: boolean;
  operatingMode?: number;
}

const LIST = '/api/chargers';
const CHARGING = '3';

/** Chargers as the cloud offers them, with limits and caches but without the rules of commands and currents. */
export class ChargersApi {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** All that the account may see. */
  async list(options: CallOptions = {}): Promise<Answer<Charger[]>> {
    const answer = await readList(this.#caller, LIST, {}, options);
    if (answer.meta.source === 'rest') this.#caller.observer.onChargers(answer.data);
    return answer;
  }

  /** The same, one page at a time. */
  pages(options: CallOptions = {}): AsyncIterable<Charger[]> {
    return readPages(this.#caller, LIST, {}, options);
  }

  /**
   * The details; an account without a role on the charger gets the fields of the list
   * (docs/zaptec-api.md, "Single charger").
   */
  async get(id: string, options: CallOptions = {}): Promise<Answer<Charger>> {
    const chargerId = asGuid(id, 'charger');
    try {
      return await this.#caller.get(`${LIST}/${chargerId}`, options, (data) => {
        if (isObject(data) && withId(data)) return data;
        const what = isObject(data) ? 'no usable text in the field Id' : formOf(data);
        throw zaptecError('BAD_ANSWER', phrase`Zaptec answered without the charger: it sent ${what}`);
      });
    } catch (error) {
      if (!isZaptecError(error) || error.code !== 'HTTP_403') throw error;
      const { data, meta } = await this.list(options);
      const charger = data.find((candidate) => candidate.id === chargerId);
      if (!charger) throw error;
      return { data: charger, meta };
    }
  }

  /**
   * All observations at once (docs/zaptec-api.md, "Charger state"); without a feed at most once a minute while it
   * charges.
   */
  async state(id: string, options: CallOptions = {}): Promise<Answer<RawObservation[]>> {
    const chargerId = asGuid(id, 'charger');
    const read = (data: unknown) => rawState(data, chargerId);
    const answer = await this.#caller.get(`${LIST}/${chargerId}/state`, options, read, stateFloor);
    if (answer.meta.source === 'rest') this.#caller.observer.onState(chargerId, answer.data);
    return answer;
  }

  /** @throws ZaptecError `READ_ONLY` when this client may not send the command. */
  mayCommand(id: string, commandId: number): void {
    this.#caller.mayWrite('POST', target('POST', commandPath(asGuid(id, 'charger'), commandId)));
  }

  /**
   * Sends a command whatever the state is. All but pause and resume are sent at most once while nobody knows whether
   * they acted.
   * @throws ZaptecError `ZAPTEC_528` when the state of the charger refuses it …
   */
  async sendCommand(id: string, commandId: number, options: CallOptions = {}): Promise<Answer<unknown>> {
    return this.#caller.post(commandPath(asGuid(id, 'charger'), commandId), undefined, options);
  }
}

const commandPath = (chargerId: string, commandId: number): string => `${LIST}/${chargerId}/sendCommand/${commandId}`;

/** @throws ZaptecError `BAD_ANSWER` */
export function rawState(data: unknown, chargerId: string): RawObservation[] {
  return arrayFrom('the state of the charger')(data)
    .map((entry) => rawObservation(entry, chargerId))
    .filter((o) => o !== undefined);
}

/** The cache may hold an answer that nobody has checked. */
function stateFloor(state: unknown): number {
  const charging = (Array.isArray(state) ? (state as unknown[]) : [])
    .filter(isObject)
    .some(({ stateId, valueAsString }) => stateId === OBSERVATION.ChargerOperationMode && valueAsString === CHARGING);
  return charging ? STATE_FLOOR.chargingMs : STATE_FLOOR.idleMs;
}

/** Parsing is lenient: an entry without a usable id is left out, the others stay. */
function rawObservation(entry: JsonObject, chargerId: string): RawObservation | undefined {
  const { stateId, timestamp, valueAsString } = entry;
  if (!Number.isInteger(stateId)) return undefined;
  return present<RawObservation>({
    chargerId,
    stateId: stateId as number,
    timestamp: typeof timestamp === 'string' ? timestamp : undefined,
    valueAsString: typeof valueAsString === 'string' ? valueAsString : undefined,
  });
}
