import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { zaptecError, phrase } from '../../src/client';
import { valueInTime } from './value-in-time';

/** Reads the value behind a TypedInput: a constant, or a place in message, context, environment or an expression. */
export type Evaluate = (value: string, type: string) => Promise<unknown>;

/**
 * Only the callback form of Node-RED's function covers context stores that are asynchronous, and JSONata. A promise in
 * the place is waited for, as long as for any value that comes later.
 */
export function evaluator(RED: NodeAPI, node: Node, message: NodeMessageInFlow): Evaluate {
  return async (value, type) => {
    try {
      return await valueInTime((found, failed) => {
        RED.util.evaluateNodeProperty(value, type || 'str', node, message, (error, result: unknown) => {
          if (error) failed(error);
          else found(result);
        });
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : messageOf(error);
      throw zaptecError('INPUT_INVALID', phrase`"${value}" (${type}) could not be read: ${reason}`, {
        remedy: 'Correct the expression in the settings of the node, or what is in that place',
      });
    }
  };
}

/** JSONata throws plain objects. */
function messageOf(error: unknown): string {
  const text = (error as { message?: unknown } | null)?.message;
  return typeof text === 'string' ? text : 'unknown error';
}
