import type { Answer, AnswerMeta, CallOptions } from '../http/cache';
import type { Lane } from '../http/lanes';
import type { RawObservation } from '../zaptec/observations';
import type { CommandName } from './commands';
import type { CommandReason } from './rules';

/**
 * `changed`: the charger shows it. `unchanged`: it was so already, or the command could not have an effect. `accepted`:
 * sent, and there is no state to see it by (restart, upgrade). `unconfirmed`: sent, but not seen.
 */
export type CommandResult = 'changed' | 'unchanged' | 'accepted' | 'unconfirmed';

/** What became of a wish. */
export interface CommandOutcome {
  result: CommandResult;
  /** Why nothing changed, or what the charger waits for now. */
  reason?: CommandReason;
  /** How many times the command was sent; 0 when there was no need to. */
  attempts: number;
  /** Where the last look at the charger came from. */
  source: AnswerMeta['source'] | 'store' | 'push';
  /** When that was, ISO 8601 with Z. */
  time: string;
}

export interface CommandOptions {
  signal?: AbortSignal | undefined;
  /** Of the reads that look for the change; the command itself has its own. */
  lane?: Lane;
  /** Called as soon as nothing is left to be sent for the moment: it waits for its turn, or for the charger. */
  onWait?: (() => void) | undefined;
}

/** What wishes need of a client. */
export interface CommandApi {
  /** @throws ZaptecError `READ_ONLY` */
  check(chargerId: string, command: CommandName): void;
  state(chargerId: string, options: CallOptions): Promise<Answer<RawObservation[]>>;
  send(chargerId: string, command: CommandName, options: CallOptions): Promise<Answer<unknown>>;
}
