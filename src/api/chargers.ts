import { COMMANDS, type CommandName } from '../commands/commands';
import { NO_FEED, type LiveStates } from '../feed/live';
import { commandQueueOf } from '../commands/command-queue';
import type { CommandOutcome, CommandOptions } from '../commands/types';
import { CommandRunner } from '../commands/runner';
import type { Answer, CallOptions } from '../http/cache';
import { STATE_FLOOR, target } from '../http/endpoints';
import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import { asGuid } from '../zaptec/guid';
import type { RawObservation } from '../zaptec/observations';
import type { GovernedWrites } from '../current/governed-writes';
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
  readonly #wishes: CommandRunner;
  readonly #governed: GovernedWrites;

  constructor(caller: Caller, governed: GovernedWrites, live: LiveStates = NO_FEED) {
    this.#caller = caller;
    this.#governed = governed;
    const door = {
      check: (chargerId: string, command: CommandName) =>
        caller.mayWrite('POST', target('POST', commandPath(chargerId, COMMANDS[command].id))),
      state: this.state.bind(this),
      send: this.sendCommand.bind(this),
    };
    this.#wishes = new CommandRunner(door, commandQueueOf(caller.cache), live);
  }

  /** All that the account may see. */
  async list(options: CallOptions = {}): Promise<Answer<Charger[]>> {
    const answer = await readList(this.#caller, LIST, {}, options);
    if (answer.meta.source === 'rest') this.#caller.know(answer.data);
    return answer;
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
    const read = (data: unknown) => {
      const state = rawState(data, chargerId);
      this.#caller.observed(chargerId, state);
      return state;
    };
    return this.#caller.get(`${LIST}/${chargerId}/state`, options, read, stateFloor);
  }

  /**
   * `maxChargeCurrent` goes through the governor.
   * @throws ZaptecError `INPUT_INVALID`, `READ_ONLY`, `TOO_SOON`, `ABOVE_LIMIT`, `HTTP_403` …
   */
  async update(id: string, settings: ChargerSettings, options: CallOptions = {}): Promise<Answer<unknown>> {
    return this.#governed.charger(asGuid(id, 'charger'), checkSettings(CHARGER, settings), options);
  }

  /**
   * Wants a charger to be paused, resumed …: sends the command where that can work, and looks whether it did.
   * @throws ZaptecError `OFFLINE`, `READ_ONLY`, `ZAPTEC_528` where the state does not explain it …
   */
  async command(id: string, command: CommandName, options: CommandOptions = {}): Promise<CommandOutcome> {
    return this.#wishes.run(asGuid(id, 'charger'), command, options);
  }

  /**
   * The raw command, whatever the state is. Restart, upgrade and deauthorize are sent at most once when nobody knows whether they acted.
   * @throws ZaptecError `ZAPTEC_528` when the state of the charger refuses it …
   */
  async sendCommand(id: string, command: CommandName | number, options: CallOptions = {}): Promise<Answer<unknown>> {
    const commandId = typeof command === 'number' ? command : COMMANDS[command].id;
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
