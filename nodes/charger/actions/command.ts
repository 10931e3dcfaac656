import {
  type Charger,
  type Command,
  type CommandOutcome,
  type CommandResult,
  isToggle,
  parseCommand,
  type RequestedCommand,
  zaptecError,
  phrase,
} from '../../../src/client';
import type { ActionContext } from '../../shared/action-node';
import type { Action } from '../../shared/action-node';
import { chargerFacts, overridden, topicOf } from '../../shared/message';
import type { ChargerSettings } from '../../shared/properties';
import type { StatusDescription } from '../../shared/status';
import { summary, toMany } from '../batch';
import { targetsOf } from '../targets';

const ALLOW = 'Tick "Allow restart, upgrade, deauthorize" in the charger node';

/** Wants one charger or several to be paused, resumed, restarted, upgraded or freed of their session. */
export const command: Action<ChargerSettings> = async (context) => {
  const { name, destructive } = await wantedCommand(context);
  if (destructive && !context.settings.allowDestructive) {
    throw zaptecError('DESTRUCTIVE', phrase`This node is not allowed to ${name}`, { remedy: ALLOW });
  }
  const { chargers, single, about, lane } = await targetsOf(context);
  const { signal } = context.options;
  const { chargers: api } = context.client;
  const want = async ({ id }: Charger, onWait?: () => void): Promise<DoneCommand> => {
    const options = { signal, lane, onWait };
    return name === 'toggle' ? api.toggle(id, options) : { command: name, ...(await api.command(id, name, options)) };
  };
  const [only] = chargers;
  if (!single || !only) {
    const resultOf = (fulfilled: DoneCommand) => ({ ...fulfilled, unconfirmed: unconfirmedText(fulfilled) });
    return summary(await toMany(chargers, want, signal), { about, what: 'command', words: context.words, resultOf });
  }
  const { command: done, result, reason, attempts, source, time } = await want(only);
  // Sent, and nobody knows yet: whoever shows the charger shows that too.
  const pending = result === 'unconfirmed' && reason !== 'superseded' ? { pending: done } : {};
  const facts = { ...chargerFacts(only), source, time, attempts, result, ...(reason ? { reason } : {}), ...pending };
  return {
    payload: { result, command: done },
    facts,
    topic: topicOf(facts, 'command'),
    status: { ...STATUS_OF[result], parameters: { command: done } },
  };
};

interface DoneCommand extends CommandOutcome {
  command: RequestedCommand;
}

const STATUS_OF: Readonly<Record<CommandResult, StatusDescription>> = {
  changed: { fill: 'green', shape: 'dot', key: 'changed' },
  unchanged: { fill: 'grey', shape: 'dot', key: 'unchanged' },
  accepted: { fill: 'green', shape: 'dot', key: 'sent' },
  unconfirmed: { fill: 'yellow', shape: 'dot', key: 'unconfirmed' },
};

function unconfirmedText({ command: name, reason }: DoneCommand): string {
  if (reason === 'superseded') return phrase`${name} was not sent: the opposite was wished after it`;
  return phrase`${name} was sent, but the charger has not shown it so far`;
}

const FROM_COMMAND = { name: 'msg.command', ids: true, also: ['toggle'] } as const;
const FROM_PAYLOAD = { name: 'msg.payload', ids: false, also: ['toggle'] } as const;

type Wanted = Pick<Command, 'destructive'> & { name: RequestedCommand };

/**
 * A number is a command only where somebody wrote it as one: in `msg.command`, or as a constant of the node. What comes
 * out of a payload, the context or an expression may be a measurement that got lost.
 */
async function wantedCommand({ settings, message, evaluate }: ActionContext<ChargerSettings>): Promise<Wanted> {
  const override = overridden(message, 'command', settings);
  if (override !== undefined) return wantedBy(override, FROM_COMMAND);
  const { command: source, commandType: type } = settings;
  const explicit = type === 'str' || (type === 'msg' && source === 'command');
  return wantedBy(await evaluate(source, type), explicit ? FROM_COMMAND : FROM_PAYLOAD);
}

function wantedBy(value: unknown, source: Parameters<typeof parseCommand>[1]): Wanted {
  return isToggle(value) ? { name: 'toggle', destructive: false } : parseCommand(value, source);
}
