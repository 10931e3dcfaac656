import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { zaptecError } from '../../src/client';

/** Reads the value behind a TypedInput: a constant, or a place in message, context, environment or an expression. */
export type Evaluate = (value: string, type: string) => Promise<unknown>;

/** Only the callback form of Node-RED's function covers context stores that are asynchronous, and JSONata. */
export function evaluator(RED: NodeAPI, node: Node, message: NodeMessageInFlow): Evaluate {
  return (value, type) =>
    new Promise((resolve, reject) => {
      const refuse = (error: unknown) => {
        const reason = error instanceof Error ? error.message : messageOf(error);
        reject(
          zaptecError('INPUT_INVALID', `"${value}" (${type}) could not be read: ${reason}`, {
            remedy: 'Correct the expression in the settings of the node',
          }),
        );
      };
      try {
        RED.util.evaluateNodeProperty(value, type || 'str', node, message, (error, result: unknown) => {
          if (error) refuse(error);
          else resolve(result);
        });
      } catch (error) {
        refuse(error);
      }
    });
}

/** JSONata throws plain objects. */
function messageOf(error: unknown): string {
  const text = (error as { message?: unknown } | null)?.message;
  return typeof text === 'string' ? text : 'unknown error';
}
