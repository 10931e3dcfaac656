import { COMMANDS, type CommandName } from '../control/commands';
import type { Answer, CallOptions } from '../http/cache';
import { STATE_FLOOR } from '../http/endpoints';
import { isZaptecError, zaptecError } from '../http/errors';
import { asGuid } from '../http/guid';
import type { RawObservation } from '../state/observations';
import type { Caller } from './caller';
import { readList, readPages, type Identified } from './lists';
import { checkSettings, CHARGER, type ChargerSettings } from './settings';
import { arrayFrom, isObject, withId, type JsonObject } from './shape';

/** A charger, `zaptec-api.md` 2.6; fields that are not named here pass through as they come. */
export interface Charger extends Identified {
  name?: string;
  /** The serial. `serialNo` repeats the name. */
  deviceId?: string;
  /** 1 Pro and Home, 4 Go and Go 2 (`zaptec-api.md` 6.1). */
  deviceType?: number;
  installationId?: string;
  installationName?: string;
  currentUserRoles?: number;
  isOnline?: boolean;
  operatingMode?: number;
}

const LIST = '/api/chargers';
const OPERATION_MODE = 710;
const CHARGING = '3';

export class Chargers {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** All that the account may see. */
  list(options: CallOptions = {}): Promise<Answer<Charger[]>> {
    return readList(this.#caller, LIST, {}, options);
  }

  /** The same, one page at a time. */
  pages(options: CallOptions = {}): AsyncIterable<Charger[]> {
    return readPages(this.#caller, LIST, {}, options);
  }

  /** For an account without a role on the charger: what the list tells of it (`zaptec-api.md` 2.7). */
  async get(id: string, options: CallOptions = {}): Promise<Answer<Charger>> {
    const chargerId = asGuid(id, 'charger');
    try {
      return await this.#caller.get(`${LIST}/${chargerId}`, options, (data) => {
        if (isObject(data) && withId(data)) return data;
        throw zaptecError('BAD_ANSWER', 'Zaptec answered without the charger');
      });
    } catch (error) {
      if (!isZaptecError(error) || error.code !== 'HTTP_403') throw error;
      const { data, meta } = await this.list(options);
      const charger = data.find((candidate) => candidate.id === chargerId);
      if (!charger) throw error;
      return { data: charger, meta };
    }
  }

  /** All observations at once, `zaptec-api.md` 2.8; without a feed at most once a minute while it charges. */
  async state(id: string, options: CallOptions = {}): Promise<Answer<RawObservation[]>> {
    const chargerId = asGuid(id, 'charger');
    const observations = arrayFrom('the state of the charger');
    const read = (data: unknown) =>
      observations(data)
        .map((entry) => rawObservation(entry, chargerId))
        .filter((o) => o !== undefined);
    return this.#caller.get(`${LIST}/${chargerId}/state`, options, read, stateFloor);
  }

  /** @throws ZaptecError `INPUT_INVALID`, `READ_ONLY`, `HTTP_403` … */
  async update(id: string, settings: ChargerSettings, options: CallOptions = {}): Promise<Answer<unknown>> {
    const path = `${LIST}/${asGuid(id, 'charger')}/update`;
    return this.#caller.post(path, checkSettings(CHARGER, settings), options);
  }

  /**
   * Restart, upgrade and deauthorize are sent at most once when nobody knows whether they acted.
   * @throws ZaptecError `ZAPTEC_528` when the state of the charger refuses it …
   */
  async sendCommand(id: string, command: CommandName | number, options: CallOptions = {}): Promise<Answer<unknown>> {
    const commandId = typeof command === 'number' ? command : COMMANDS[command].id;
    return this.#caller.post(`${LIST}/${asGuid(id, 'charger')}/sendCommand/${commandId}`, undefined, options);
  }
}

function stateFloor(state: readonly RawObservation[]): number {
  const charging = state.some(({ stateId, valueAsString }) => stateId === OPERATION_MODE && valueAsString === CHARGING);
  return charging ? STATE_FLOOR.chargingMs : STATE_FLOOR.idleMs;
}

/** Parsing is lenient: an entry without a usable id is left out, the others stay. */
function rawObservation(entry: JsonObject, chargerId: string): RawObservation | undefined {
  const { stateId, timestamp, valueAsString } = entry;
  if (!Number.isInteger(stateId)) return undefined;
  return {
    chargerId,
    stateId: stateId as number,
    ...(typeof timestamp === 'string' ? { timestamp } : {}),
    ...(typeof valueAsString === 'string' ? { valueAsString } : {}),
  };
}
