import type { Charger } from '../../../src/client';
import { parseCommand, type Command } from '../../../src/control/commands';
import { zaptecError } from '../../../src/http/errors';
import type { Wish } from '../../shared/action-node';
import type { Action } from '../../shared/actions';
import { chargerFacts, overridden, topicOf } from '../../shared/message';
import type { ChargerSettings } from '../../shared/properties';
import { summary, toMany } from '../many';
import { targetsOf } from '../targets';

/** Sends a command to one charger or to several. */
export const command: Action<ChargerSettings> = async (wish) => {
  const wanted = await wantedCommand(wish);
  if (wanted.destructive && !wish.settings.allowDestructive) {
    throw zaptecError('DESTRUCTIVE', `This node is not allowed to ${wanted.name ?? `send command ${wanted.id}`}`);
  }
  const word = wanted.name ?? wanted.id;
  const { chargers, single, about } = await targetsOf(wish);
  // A command keeps its lane however many there are: somebody waits for every single one.
  const options = { ...wish.options, lane: 'command' } as const;
  const send = (charger: Charger) => wish.client.chargers.sendCommand(charger.id, word, options);
  const [only] = chargers;
  if (!single || !only) return summary(await toMany(chargers, send, options.signal), about, 'command');
  const { meta } = await send(only);
  const result = 'accepted';
  const facts = { ...chargerFacts(only), source: meta.source, time: meta.time, attempts: meta.attempts, result };
  return {
    payload: { result, command: word },
    facts,
    topic: topicOf(facts, 'command'),
    sign: { fill: 'green', shape: 'dot', key: 'sent', parameters: { command: word } },
  };
};

/**
 * A number is a command only where somebody wrote it as one: in `msg.command`, or as a constant of the node. What comes
 * out of a payload, the context or an expression may be a measurement that got lost.
 */
async function wantedCommand({ settings, message, evaluate }: Wish<ChargerSettings>): Promise<Command> {
  const override = overridden(message, 'command', settings.lockOverrides);
  if (override !== undefined) return parseCommand(override, 'command');
  const { command: source, commandType: type } = settings;
  const explicit = type === 'str' || (type === 'msg' && source === 'command');
  return parseCommand(await evaluate(source, type), explicit ? 'command' : 'payload');
}
