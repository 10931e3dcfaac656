import type { Caller } from '../api/caller';
import { ChargersApi } from '../api/chargers';
import { CHARGER, checkSettings, type ChargerSettings } from '../api/settings';
import type { GovernedWrites } from '../current/governed-writes';
import type { LiveStates, NewerStates } from '../feed/live';
import type { Answer, CallOptions } from '../http/cache';
import { clock } from '../time/clock';
import { asGuid } from '../zaptec/guid';
import type { RawObservation } from '../zaptec/observations';
import type { CommandQueue } from './command-queue';
import { COMMANDS, type CommandName, type RequestedCommand } from './commands';
import { CommandRunner } from './runner';
import type { CommandOptions, CommandOutcome, ToggleOutcome } from './types';

/** What commands and settings of chargers need beside the API. */
export interface ChargersContext {
  governed: GovernedWrites;
  /** Of the account, shared by all of its clients. */
  queue: CommandQueue;
  live: LiveStates & NewerStates;
}

/** Chargers, with commands that change nothing twice and a current that only the governor sets. */
export class Chargers extends ChargersApi {
  readonly #caller: Caller;
  readonly #governed: GovernedWrites;
  readonly #commands: CommandRunner;
  readonly #queue: CommandQueue;
  readonly #live: NewerStates;

  constructor(caller: Caller, { governed, queue, live }: ChargersContext) {
    super(caller);
    this.#caller = caller;
    this.#governed = governed;
    this.#queue = queue;
    this.#live = live;
    const api = {
      check: (chargerId: string, command: CommandName) => this.mayCommand(chargerId, COMMANDS[command].id),
      state: this.state.bind(this),
      send: this.sendCommand.bind(this),
    };
    this.#commands = new CommandRunner(api, queue, live);
  }

  /**
   * All observations at once, as `ChargersApi.state`. An answer that was kept is completed with the messages that came
   * after it; it stays as old as it is, since others may have been lost.
   */
  override async state(id: string, options: CallOptions = {}): Promise<Answer<RawObservation[]>> {
    const answer = await super.state(id, options);
    if (answer.meta.source !== 'cache') return answer;
    const newer = this.#live.newerThan(asGuid(id, 'charger'), clock.now() - answer.meta.ageMs);
    return newer ? { ...answer, data: newer } : answer;
  }

  /**
   * Changes settings; `maxChargeCurrent` goes through the governor.
   * @throws ZaptecError `INPUT_INVALID`, `READ_ONLY`, `TOO_SOON`, `ABOVE_LIMIT`, `HTTP_403` …
   */
  async update(id: string, settings: ChargerSettings, options: CallOptions = {}): Promise<Answer<unknown>> {
    return this.#governed.charger(asGuid(id, 'charger'), checkSettings(CHARGER, settings), options);
  }

  /** Sends a command, by name or by Zaptec's id, whatever the state is. @throws ZaptecError as `ChargersApi.sendCommand` */
  override async sendCommand(
    id: string,
    command: CommandName | number,
    options: CallOptions = {},
  ): Promise<Answer<unknown>> {
    return super.sendCommand(id, typeof command === 'number' ? command : COMMANDS[command].id, options);
  }

  /**
   * Makes a charger pause, resume …: sends the command only where it can work, and confirms that it did.
   * @throws ZaptecError `ABORTED` when the client is closed meanwhile, `OFFLINE`, `READ_ONLY`, `ZAPTEC_528` where the
   * state does not explain it …
   */
  async command(id: string, command: CommandName, options: CommandOptions = {}): Promise<CommandOutcome> {
    const charger = asGuid(id, 'charger');
    return this.#caller.guarded(options, (guarded) => this.#commands.run(charger, command, guarded));
  }

  /**
   * Pauses a charger that charges and resumes one that is paused; everything else stays as it is, with a reason.
   * @throws ZaptecError `ABORTED` when the client is closed meanwhile, `OFFLINE`, `READ_ONLY`, `STATE_UNKNOWN` …
   */
  async toggle(id: string, options: CommandOptions = {}): Promise<ToggleOutcome> {
    const charger = asGuid(id, 'charger');
    return this.#caller.guarded(options, (guarded) => this.#commands.toggle(charger, guarded));
  }

  /** The newest command to a charger, of whichever client of the account, that is neither confirmed nor given up yet. */
  pending(id: string): RequestedCommand | undefined {
    return this.#queue.pending(id.toLowerCase());
  }
}
