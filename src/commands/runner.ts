import { isZaptecError, zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { COMMANDS, type CommandName } from './commands';
import { CLOUD_CACHE_MS, CommandRun, seenNow, type Look } from './command-run';
import type { LiveStates } from '../feed/live';
import type { CommandQueue } from './command-queue';
import type { ChargerFacts } from './facts';
import { fulfilment, remaining, decideCommand, type Fulfilment, type CommandReason } from './rules';
import type { CommandApi, CommandOutcome, CommandOptions, CommandResult } from './types';

/** When a command is looked for in the state, in ms after its answer: the cloud keeps a state for 15 s. */
const LOOKS_MS = [3_000, 19_000, 35_000];
/** After a refusal: at once, and when the answer cannot be that of the cloud's cache any more, in ms. */
const LOOKS_AFTER_REFUSAL_MS = [0, 16_000];

/**
 * Commands as wishes: what is so already is a success, only what can work is sent, and what was sent is looked for. A
 * wish is fulfilled once and not guarded: who pauses a charger afterwards may do so.
 */
export class CommandRunner {
  readonly #door: CommandApi;
  readonly #turns: CommandQueue;
  readonly #live: LiveStates;

  constructor(door: CommandApi, turns: CommandQueue, live: LiveStates) {
    this.#door = door;
    this.#turns = turns;
    this.#live = live;
  }

  /** @throws ZaptecError `OFFLINE`, `READ_ONLY`, `ZAPTEC_528` where the state does not explain it … */
  async run(chargerId: string, command: CommandName, options: CommandOptions): Promise<CommandOutcome> {
    this.#door.check(chargerId, command);
    const work = async (superseded: boolean): Promise<CommandOutcome> => {
      if (superseded) return { result: 'unconfirmed', reason: 'superseded', attempts: 0, ...seenNow('store') };
      const errand = new CommandRun(chargerId, command, options, { door: this.#door, live: this.#live });
      try {
        return await this.#fulfil(errand);
      } finally {
        errand.close();
      }
    };
    return this.#turns.take(chargerId, command, work, options.onWait);
  }

  async #fulfil(errand: CommandRun): Promise<CommandOutcome> {
    const before = await known(errand);
    const verdict = before ? decideCommand(errand.command, before.facts) : { do: 'send' as const };
    if (verdict.do === 'refuse') throw offline(errand.command);
    if (before && verdict.do === 'nothing') return told('unchanged', before, 0, verdict.reason);
    return this.#send(errand, before?.facts);
  }

  async #send(errand: CommandRun, before: ChargerFacts | undefined): Promise<CommandOutcome> {
    const { chargerId, command, options } = errand;
    let attempts: number;
    try {
      ({ attempts } = (await this.#door.send(chargerId, command, { signal: options.signal, lane: 'command' })).meta);
    } catch (error) {
      if (!isZaptecError(error) || error.code !== 'ZAPTEC_528') throw error;
      return refused(errand, before, error);
    }
    if (!COMMANDS[command].confirmable) return { result: 'accepted', attempts, ...seenNow('rest') };
    const { seen, last } = await errand.until(LOOKS_MS, (now) => fulfilment(command, before, now));
    if (last && seen !== 'no') return told('changed', last, attempts, remaining(command, last.facts));
    return { result: 'unconfirmed', attempts, ...seenNow('rest') };
  }
}

/**
 * What is known, the store first. Only an old answer that something can be done is good enough: that there is nothing
 * to do, or nobody to do it, must be news. Undefined when the cloud fails to tell: then the command is the question.
 */
async function known(errand: CommandRun): Promise<Look | undefined> {
  try {
    const first = errand.stored('store') ?? (await errand.read({ lane: 'message' }));
    if (first.ageMs < CLOUD_CACHE_MS || decideCommand(errand.command, first.facts).do === 'send') return first;
    return await errand.read({ lane: 'message', refresh: true });
  } catch (error) {
    if (isZaptecError(error) && isOutage(error)) return undefined;
    throw error;
  }
}

/** 528: the charger may be so already, the command may have acted all the same, or it is a refusal. */
async function refused(
  errand: CommandRun,
  before: ChargerFacts | undefined,
  error: ZaptecError,
): Promise<CommandOutcome> {
  const { command } = errand;
  const { attempts } = error.cause;
  if (!COMMANDS[command].confirmable) throw error;
  if (command === 'deauthorize') {
    // It is told to be refused and works (HA#346).
    const { seen, last } = await errand.until(LOOKS_MS, (now) => fulfilment(command, before, now));
    if (last && seen === 'yes') return told('changed', last, attempts);
    throw error;
  }
  const explained = (now: ChargerFacts): Fulfilment => (decideCommand(command, now).do === 'nothing' ? 'yes' : 'no');
  const { last } = await errand.until(LOOKS_AFTER_REFUSAL_MS, explained);
  const verdict = last && decideCommand(command, last.facts);
  if (!last || verdict?.do !== 'nothing') throw error;
  // Sent again because an answer was lost: the first one has acted.
  if (attempts > 1) return told('changed', last, attempts, remaining(command, last.facts));
  return told('unchanged', last, attempts, verdict.reason);
}

function told(result: CommandResult, look: Look, attempts: number, reason?: CommandReason): CommandOutcome {
  const { source, time } = look;
  return { result, ...(reason === undefined ? {} : { reason }), attempts, source, time };
}

function offline(command: CommandName): ZaptecError {
  return zaptecError('OFFLINE', `${command} was not sent: the charger is offline`);
}

/** The cloud fails to tell, which says nothing of what it would do. */
function isOutage({ cause: { retryable, status = 0 } }: ZaptecError): boolean {
  return retryable || status >= 500;
}
