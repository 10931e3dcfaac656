import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import { parseCommand } from '../../src/client';
import { overridden } from '../shared/message';
import type { ChargerSettings } from '../shared/properties';
import { inProgress, type StatusDescription } from '../shared/status';
import type { StatusKey } from '../shared/status-texts';

const COMMANDS: Readonly<Record<string, StatusKey>> = {
  pause: 'pausing',
  resume: 'resuming',
  restart: 'restarting',
  'upgrade-firmware': 'upgrading',
  deauthorize: 'deauthorizing',
};

const ACTIONS: Readonly<Record<string, StatusKey>> = {
  command: 'commanding',
  update: 'changing',
  prioritize: 'prioritizing',
};

/** What the node does for a message: `resuming…` rather than that it works. */
export function chargerInProgress(
  RED: NodeAPI,
  settings: ChargerSettings,
  message: NodeMessageInFlow,
): StatusDescription | undefined {
  const action = overridden(message, 'action', settings) ?? settings.action;
  const named = action === 'command' ? commandOf(RED, settings, message) : undefined;
  const key = COMMANDS[named ?? ''] ?? ACTIONS[typeof action === 'string' ? action : ''];
  return key === undefined ? undefined : inProgress(key);
}

/** The name of the command, as far as it can be known at once; a wrong one is refused by the action itself. */
function commandOf(RED: NodeAPI, settings: ChargerSettings, message: NodeMessageInFlow): string | undefined {
  const { command, commandType } = settings;
  const override = overridden(message, 'command', settings);
  try {
    const given = commandType === 'msg' ? (RED.util.getMessageProperty(message, command) as unknown) : command;
    return parseCommand(override ?? given, { name: 'msg.command', ids: true }).name;
  } catch {
    return undefined;
  }
}
