import type { Reason } from '../state/reason';
import type { CommandName } from './commands';
import type { ChargerFacts } from './facts';

/** Why a command changed nothing, or what the charger waits for now. */
export type CommandReason = Reason | 'no-car' | 'charging' | 'superseded';

/** What is to be done about a command in the present state. */
export type CommandDecision = { do: 'send' } | { do: 'nothing'; reason: CommandReason } | { do: 'refuse' };

const SEND: CommandDecision = { do: 'send' };
const nothing = (reason: CommandReason): CommandDecision => ({ do: 'nothing', reason });

/**
 * The table of docs/zaptec-api.md, "Command refusals", read the other way: a command is sent where it can work, and
 * where the state leaves doubt. Of the two statements on resume while a schedule is pending (763) it follows the text
 * of the refusal, "not Paused nor Scheduled": it is allowed.
 */
export function decideCommand(command: CommandName, facts: ChargerFacts): CommandDecision {
  if (facts.online === false) return { do: 'refuse' };
  switch (command) {
    case 'pause':
      return decidePause(facts);
    case 'resume':
      return decideResume(facts);
    case 'deauthorize':
      return decideDeauthorize(facts);
    case 'restart':
    case 'upgrade-firmware':
      return SEND;
  }
}

function decidePause({ mode, finalStop }: ChargerFacts): CommandDecision {
  if (mode === 'disconnected') return nothing('no-car');
  return mode === 'finished' && finalStop === true ? nothing('paused') : SEND;
}

function decideResume({ mode, finalStop, scheduled, reason }: ChargerFacts): CommandDecision {
  if (mode === 'disconnected') return nothing('no-car');
  if (mode === 'charging') return nothing('charging');
  if (scheduled) return SEND;
  if (mode === 'requesting') return nothing(reason ?? 'waiting-for-car');
  return mode === 'finished' && finalStop === false ? nothing(reason ?? 'car-full') : SEND;
}

/** The cloud does not check this command; without a session there is nothing to end all the same. */
function decideDeauthorize({ mode, sessionId, reason }: ChargerFacts): CommandDecision {
  if (sessionId !== undefined) return SEND;
  if (mode === 'disconnected') return nothing('no-car');
  return mode === 'requesting' ? nothing(reason ?? 'waiting-for-authorisation') : SEND;
}

/** What a toggle does in the present state: pause what charges, resume what is paused, and nothing otherwise. */
export type ToggleDecision = { command: 'pause' | 'resume' } | { command: 'toggle'; reason: CommandReason };

/** @returns undefined where the state does not say whether the car charges. */
export function decideToggle(facts: ChargerFacts): ToggleDecision | undefined {
  const { mode, finalStop, reason } = facts;
  if (mode === 'charging') return { command: 'pause' };
  if (mode === 'finished' && finalStop !== false) return { command: 'resume' };
  if (mode === 'finished') return { command: 'toggle', reason: reason ?? 'car-full' };
  if (mode === 'disconnected') return { command: 'toggle', reason: 'no-car' };
  return mode === 'requesting' ? { command: 'toggle', reason: reason ?? 'waiting-for-car' } : undefined;
}

/** Whether the charger shows the effect of a command; `perhaps`: good enough when nothing clearer comes. */
export type Completion = 'yes' | 'perhaps' | 'no';

/**
 * Compares a state after a command with the state before. The parts of a change come as separate messages in no fixed
 * order, so a state in between must not count as the end.
 * @param before the state in which the command was sent; undefined when it was not known.
 */
export function completionOf(command: CommandName, before: ChargerFacts | undefined, now: ChargerFacts): Completion {
  if (command === 'deauthorize') return now.sessionId === undefined || isOther(before, now) ? 'yes' : 'no';
  if (now.mode === 'disconnected') return 'yes';
  return command === 'pause' ? paused(now) : resumed(before, now);
}

/** Another session than before; unknown when the one before is not known. */
function isOther(before: ChargerFacts | undefined, { sessionId }: ChargerFacts): boolean {
  return before?.sessionId !== undefined && before.sessionId !== sessionId;
}

function paused({ mode, finalStop }: ChargerFacts): Completion {
  if (mode !== 'finished' || finalStop === false) return 'no';
  return finalStop === true ? 'yes' : 'perhaps';
}

function resumed(before: ChargerFacts | undefined, { mode, finalStop, scheduled }: ChargerFacts): Completion {
  if (mode === 'charging') return 'yes';
  if (mode === 'requesting') {
    if (scheduled && before?.mode !== 'finished') return 'no';
    return finalStop === true ? 'perhaps' : 'yes';
  }
  return mode === 'finished' && finalStop === false ? 'perhaps' : 'no';
}

/** What the charger waits for after a command has acted: a resumed car may have to be authorised again (7.1). */
export function remainingReason(
  command: CommandName,
  { mode, authenticationRequired }: ChargerFacts,
): CommandReason | undefined {
  if (mode === 'disconnected') return 'no-car';
  if (command !== 'resume') return undefined;
  if (mode === 'finished') return 'car-full';
  return mode === 'requesting' && authenticationRequired === true ? 'waiting-for-authorisation' : undefined;
}
