import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

export type CommandName = 'pause' | 'resume' | 'restart' | 'upgrade-firmware' | 'deauthorize';
/** A toggle is no command of the cloud: it becomes a pause or a resume when the state of the charger is known. */
export type RequestedCommand = CommandName | 'toggle';

/** What the cloud and this package know of a command. */
export interface CommandRule {
  /** Number in `/sendCommand/{id}`. */
  id: number;
  /** Needs the permission of the node, because it ends a session or takes the charger away for minutes. */
  destructive: boolean;
  /** Whether it may be sent again when the answer was lost. */
  repeatable: boolean;
  /** Whether the state shows that it acted. */
  confirmable: boolean;
}

/** The five that Zaptec supports for integrators (docs/zaptec-api.md, "Send command" and "Commands"). */
export const COMMANDS: Readonly<Record<CommandName, CommandRule>> = {
  pause: { id: 506, destructive: false, repeatable: true, confirmable: true },
  resume: { id: 507, destructive: false, repeatable: true, confirmable: true },
  restart: { id: 102, destructive: true, repeatable: false, confirmable: false },
  'upgrade-firmware': { id: 200, destructive: true, repeatable: false, confirmable: false },
  deauthorize: { id: 10001, destructive: true, repeatable: false, confirmable: true },
};

/** A command as a flow asked for it. */
export interface Command {
  name: CommandName;
  id: number;
  destructive: boolean;
}

const WORDS = new Map<unknown, CommandName>([
  [true, 'resume'],
  [1, 'resume'],
  ['true', 'resume'],
  ['1', 'resume'],
  ['on', 'resume'],
  ['resume', 'resume'],
  [false, 'pause'],
  [0, 'pause'],
  ['false', 'pause'],
  ['0', 'pause'],
  ['off', 'pause'],
  ['pause', 'pause'],
  ['restart', 'restart'],
  ['upgrade-firmware', 'upgrade-firmware'],
  ['upgrade', 'upgrade-firmware'],
  ['deauthorize', 'deauthorize'],
  ['deauthorise', 'deauthorize'],
]);

const BY_ID = new Map(Object.entries(COMMANDS).map(([name, rule]) => [rule.id, name as CommandName]));

/**
 * Commands of the cloud are below this (docs/zaptec-api.md, "Commands": the combined ones end at 10999); the limit is a
 * guess.
 */
const HIGHEST_ID = 19_999;

const NAME_NOT_ID = 'Use the name of the command in place of its id';

/** So many characters of a text are shown in an error. */
const SHOWN = 60;

/** Where the value of a command comes from. */
export interface CommandSource {
  /** What an error calls it. */
  name?: string;
  /** Somebody wrote it as a command, so that a number is an id; elsewhere 506 is more likely a measured value. */
  ids?: boolean;
  /** Other words that the caller understands, for the remedy. */
  also?: readonly string[];
}

/** Whether a value asks for a toggle; words in any casing. */
export function isToggle(value: unknown): value is string {
  return typeof value === 'string' && value.length <= SHOWN && value.trim().toLowerCase() === 'toggle';
}

/**
 * The command that a value asks for. `true`, `"on"`, 1 and `"resume"` resume; `false`, `"off"`, 0 and `"pause"` pause;
 * words in any casing, and the text of a value as MQTT and Home Assistant send it, `"true"` or `"1"`. Other numbers are
 * ids of commands, where the source may have ids.
 * @throws ZaptecError `INPUT_INVALID` that names the source, the value and the remedy
 */
export function parseCommand(
  value: unknown,
  { name: from = 'command', ids = false, also = [] }: CommandSource = {},
): Command {
  const word = typeof value === 'string' ? normalised(value, ids) : value;
  const name = WORDS.get(word);
  if (name !== undefined) return commandOf(name);
  if (typeof word !== 'number') throw refusal(value, from, 'is not a command', phrase`Use ${listWords(also)}`);
  if (!ids) throw refusal(value, from, 'is a number other than 0 and 1', NAME_NOT_ID);
  const byId = BY_ID.get(word);
  if (byId !== undefined) return commandOf(byId);
  if (!Number.isInteger(word) || word <= 0 || word > HIGHEST_ID) {
    throw refusal(value, from, 'is not the id of a command', phrase`Use ${listIds()}`);
  }
  throw refusal(value, from, 'is a command that Zaptec does not support for integrators', phrase`Use ${listIds()}`);
}

function commandOf(name: CommandName): Command {
  const { id, destructive } = COMMANDS[name];
  return { name, id, destructive };
}

/** An id may come as text, so digits are a number where ids are understood. */
function normalised(text: string, ids: boolean): string | number {
  if (text.length > SHOWN) return text;
  const word = text.trim().toLowerCase();
  return ids && /^\d+$/.test(word) ? Number(word) : word;
}

function refusal(value: unknown, from: string, problem: string, remedy: string): ZaptecError {
  return zaptecError('INPUT_INVALID', phrase`${from} ${shown(value)} ${problem}`, { remedy });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, SHOWN)}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined
    ? String(value)
    : phrase`of type ${Array.isArray(value) ? 'array' : typeof value}`;
}

function listWords(also: readonly string[]): string {
  return phrase`${[...Object.keys(COMMANDS), ...also].join(', ')}, true or "on" to resume, false or "off" to pause`;
}

function listIds(): string {
  return [...BY_ID].map(([id, name]) => `${id} (${name})`).join(', ');
}
