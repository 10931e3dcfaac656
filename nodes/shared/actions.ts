import { zaptecError } from '../../src/client';
import type { ActionContext } from './action-node';
import { overridden } from './message';
import type { Outcome } from './output';

/** One operation of a node. */
export type Action<S> = (context: ActionContext<S>) => Promise<Outcome>;

/** Picks the operation that the message or else the settings ask for. */
export function dispatch<S extends { action: string; lockOverrides: boolean }>(
  actions: Readonly<Record<string, Action<S>>>,
): Action<S> {
  return async (context) => {
    const wanted = overridden(context.message, 'action', context.settings.lockOverrides) ?? context.settings.action;
    const action = typeof wanted === 'string' && Object.hasOwn(actions, wanted) ? actions[wanted] : undefined;
    if (!action) {
      const shown = typeof wanted === 'string' ? `"${wanted}"` : `a value of type ${typeof wanted}`;
      throw zaptecError('INPUT_INVALID', `msg.action is ${shown}, which this node does not know`, {
        remedy: `Use one of ${Object.keys(actions).join(', ')}`,
      });
    }
    return action(context);
  };
}

/** The fields to change, which an update takes from the payload. */
export function settingsFrom(payload: unknown): Record<string, unknown> {
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload) && !Buffer.isBuffer(payload)) {
    return payload as Record<string, unknown>;
  }
  throw zaptecError('INPUT_INVALID', 'msg.payload is not an object with the settings to change', {
    remedy: 'Send the fields and their new values, as the help of this node lists them',
  });
}
