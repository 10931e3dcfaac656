import { isZaptecError, zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { LiveStates } from '../feed/live';
import { STATE_KEPT_MS } from '../http/endpoints';
import { present } from '../zaptec/json';
import type { CommandQueue, Turn } from './command-queue';
import { asOfNow, CommandRun, type ShownState } from './command-run';
import { COMMANDS, type CommandName, type RequestedCommand } from './commands';
import type { ChargerFacts } from './facts';
import {
  completionOf,
  decideCommand,
  decideToggle,
  remainingReason,
  type CommandReason,
  type Completion,
} from './rules';
import type { CommandApi, CommandOutcome, CommandOptions, CommandResult, ToggleOutcome } from './types';
import { phrase } from '../errors/phrase';

/** When the state is read to confirm a command, in ms after its answer: the cloud keeps a state for 15 s. */
const CONFIRMING_READS_MS = [3_000, 19_000, 35_000];
/** After a refusal: at once, and when the answer cannot be that of the cloud's cache any more, in ms. */
const READS_AFTER_REFUSAL_MS = [0, 16_000];

/**
 * Runs commands so that a repetition does no harm: a state that is there already is a success, a command is sent only
 * where it can work, and its effect is confirmed by the state. A command acts once and nothing guards its effect: who
 * pauses a charger afterwards may do so.
 */
export class CommandRunner {
  readonly #api: CommandApi;
  readonly #queue: CommandQueue;
  readonly #live: LiveStates;

  constructor(api: CommandApi, queue: CommandQueue, live: LiveStates) {
    this.#api = api;
    this.#queue = queue;
    this.#live = live;
  }

  /** @throws ZaptecError `OFFLINE`, `READ_ONLY`, `ZAPTEC_528` where the state does not explain it … */
  async run(chargerId: string, command: CommandName, options: CommandOptions): Promise<CommandOutcome> {
    this.#api.check(chargerId, command);
    const work = ({ superseded }: Turn): Promise<CommandOutcome> =>
      superseded
        ? Promise.resolve(supersededOutcome())
        : this.#withRun(chargerId, command, options, (run) => this.#perform(run));
    return this.#queue.run(chargerId, command, work, options.onWait);
  }

  /**
   * Pauses a charger that charges and resumes one that is paused. It is decided when all earlier commands to the charger
   * have ended, on a state that is read for it unless a live feed knows it.
   * @throws ZaptecError as `run`, `STATE_UNKNOWN`, and what the reading throws: without a state nothing is sent.
   */
  async toggle(chargerId: string, options: CommandOptions): Promise<ToggleOutcome> {
    // Either is refused to those who may not control the charger.
    this.#api.check(chargerId, 'pause');
    const work = async ({ superseded, decided }: Turn): Promise<ToggleOutcome> => {
      if (superseded) return { command: 'toggle', ...supersededOutcome() };
      const now = await this.#withRun(chargerId, 'pause', options, freshState);
      if (now.facts.online === false) throw offline('toggle');
      const decision = decideToggle(now.facts);
      if (!decision) throw unknownState('the charger shows neither that it charges nor that it is paused');
      const { command } = decision;
      if (command === 'toggle') return { command, ...outcome('unchanged', now, 0, decision.reason) };
      decided(command);
      const ended = await this.#withRun(chargerId, command, options, (run) => this.#perform(run));
      return { command, ...ended };
    };
    return this.#queue.run(chargerId, 'toggle', work, options.onWait);
  }

  async #withRun<T>(
    chargerId: string,
    command: CommandName,
    options: CommandOptions,
    work: (run: CommandRun) => Promise<T>,
  ): Promise<T> {
    const run = new CommandRun(chargerId, command, options, { api: this.#api, live: this.#live });
    try {
      return await work(run);
    } finally {
      run.close();
    }
  }

  async #perform(run: CommandRun): Promise<CommandOutcome> {
    const before = await stateBefore(run);
    const decision = before ? decideCommand(run.command, before.facts) : { do: 'send' as const };
    if (decision.do === 'refuse') throw offline(run.command);
    if (before && decision.do === 'nothing') return outcome('unchanged', before, 0, decision.reason);
    return this.#send(run, before?.facts);
  }

  async #send(run: CommandRun, before: ChargerFacts | undefined): Promise<CommandOutcome> {
    const { chargerId, command, options } = run;
    let attempts: number;
    try {
      ({ attempts } = (await this.#api.send(chargerId, command, { signal: options.signal, lane: 'command' })).meta);
    } catch (error) {
      if (!isZaptecError(error) || error.code !== 'ZAPTEC_528') throw error;
      return afterRefusal(run, before, error);
    }
    if (!COMMANDS[command].confirmable) return { result: 'accepted', attempts, ...asOfNow('rest') };
    const { completion, last } = await run.until(CONFIRMING_READS_MS, (facts) => completionOf(command, before, facts));
    if (last && completion !== 'no') return outcome('changed', last, attempts, remainingReason(command, last.facts));
    return { result: 'unconfirmed', attempts, ...asOfNow('rest') };
  }
}

/**
 * What is known, the store first. An old answer is good enough only where the command can be sent: that there is nothing
 * to do, or that the charger is offline, must be news. Undefined when the state cannot be read: then the command is sent
 * without it.
 */
async function stateBefore(run: CommandRun): Promise<ShownState | undefined> {
  try {
    const first = run.stored('store') ?? (await run.read({ lane: 'message' }));
    if (first.ageMs < STATE_KEPT_MS || decideCommand(run.command, first.facts).do === 'send') return first;
    return await run.read({ lane: 'message', refresh: true });
  } catch (error) {
    if (isZaptecError(error) && isOutage(error)) return undefined;
    throw error;
  }
}

/** What decides about a toggle: an old answer could turn it into its contrary. */
async function freshState(run: CommandRun): Promise<ShownState> {
  const state = run.stored('store') ?? (await run.read({ lane: 'message', refresh: true }));
  if (state.ageMs > STATE_KEPT_MS) {
    throw unknownState(
      phrase`the state is ${String(Math.round(state.ageMs / 1000))} s old, and was read too often of late`,
    );
  }
  return state;
}

/** 528: the charger may be so already, the command may have acted all the same, or it is a refusal. */
async function afterRefusal(
  run: CommandRun,
  before: ChargerFacts | undefined,
  error: ZaptecError,
): Promise<CommandOutcome> {
  const { command } = run;
  const { attempts } = error.cause;
  if (!COMMANDS[command].confirmable) throw error;
  if (command === 'deauthorize') {
    // The cloud refuses this command and carries it out (docs/zaptec-api.md, "Command refusals").
    const { completion, last } = await run.until(CONFIRMING_READS_MS, (facts) => completionOf(command, before, facts));
    if (last && completion === 'yes') return outcome('changed', last, attempts);
    throw error;
  }
  const isExplained = (facts: ChargerFacts): Completion =>
    decideCommand(command, facts).do === 'nothing' ? 'yes' : 'no';
  const { last } = await run.until(READS_AFTER_REFUSAL_MS, isExplained);
  const decision = last && decideCommand(command, last.facts);
  if (!last || decision?.do !== 'nothing') throw error;
  // Sent again because an answer was lost: the first one has acted.
  if (attempts > 1) return outcome('changed', last, attempts, remainingReason(command, last.facts));
  return outcome('unchanged', last, attempts, decision.reason);
}

function outcome(result: CommandResult, shown: ShownState, attempts: number, reason?: CommandReason): CommandOutcome {
  const { source, time } = shown;
  return present<CommandOutcome>({ result, reason, attempts, source, time });
}

function supersededOutcome(): CommandOutcome {
  return { result: 'unconfirmed', reason: 'superseded', attempts: 0, ...asOfNow('store') };
}

function unknownState(why: string): ZaptecError {
  return zaptecError('STATE_UNKNOWN', phrase`toggle was not sent: ${why}`);
}

function offline(command: RequestedCommand): ZaptecError {
  return zaptecError('OFFLINE', phrase`${command} was not sent: the charger is offline`);
}

/** A cloud that cannot answer a read may still carry out a command. */
function isOutage({ cause: { retryable, status = 0 } }: ZaptecError): boolean {
  return retryable || status >= 500;
}
