import type { Answer, AnswerMeta, CallOptions } from '../http/cache';
import type { Lane } from '../http/lanes';
import type { RawObservation } from '../zaptec/observations';
import type { CommandName } from './commands';
import type { CommandReason } from './rules';

/**
 * `changed`: the charger shows it. `unchanged`: it was so already, or the command could not have an effect. `accepted`:
 * sent, and no state shows the effect (restart, upgrade). `unconfirmed`: sent, but no state showed the effect.
 */
export type CommandResult = 'changed' | 'unchanged' | 'accepted' | 'unconfirmed';

/** How a command ended. */
export interface CommandOutcome {
  result: CommandResult;
  /** Why nothing changed, or what the charger waits for now. */
  reason?: CommandReason;
  /** How many times the command was sent; 0 when there was no need to send it. */
  attempts: number;
  /** Where the last known state of the charger came from. */
  source: AnswerMeta['source'] | 'store' | 'push';
  /** When that state was read, ISO 8601 with Z. */
  time: string;
}

/** How a toggle ended: `toggle` where there was nothing to pause and nothing to resume. */
export interface ToggleOutcome extends CommandOutcome {
  command: 'pause' | 'resume' | 'toggle';
}

export interface CommandOptions {
  signal?: AbortSignal | undefined;
  /** Of the reads that confirm the command; the command itself has its own. */
  lane?: Lane;
  /** Called as soon as nothing is to be sent for the moment: the command waits for its turn, or for the charger. */
  onWait?: (() => void) | undefined;
}

/** What commands need of the API. */
export interface CommandApi {
  /** @throws ZaptecError `READ_ONLY` */
  check(chargerId: string, command: CommandName): void;
  state(chargerId: string, options: CallOptions): Promise<Answer<RawObservation[]>>;
  send(chargerId: string, command: CommandName, options: CallOptions): Promise<Answer<unknown>>;
}
