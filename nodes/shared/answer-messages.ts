import type { Node, NodeMessageInFlow } from 'node-red';
import type { ConnectionNode } from './connection-api';
import { CLOSED, onInput, type Send } from './guard';
import type { NodeLife } from './node-life';
import { failureStatus, type StatusDescription } from './status';

/** Answers one message. @returns what the node shows after it, or `CLOSED` when the node was closed meanwhile. */
export type Answer = (
  connection: ConnectionNode,
  message: NodeMessageInFlow,
  send: Send,
) => Promise<StatusDescription | typeof CLOSED>;

/**
 * Answers each message of a node: its status tells that it works, and how it ended; a failure goes to Catch nodes.
 * @param onFailure called before a failure is shown.
 */
export function answerMessages(
  node: Node,
  { connection, status, closing, failure }: NodeLife,
  answer: Answer,
  onFailure: () => void = () => undefined,
): void {
  onInput(
    node,
    async (message, send) => {
      const deployed = connection();
      status.begin();
      try {
        const shown = await answer(deployed, message, send);
        if (shown === CLOSED || closing.aborted) return CLOSED;
        status.end(shown);
      } catch (thrown) {
        if (closing.aborted) return CLOSED;
        const error = failure(thrown);
        onFailure();
        status.end(failureStatus(error.code));
        throw error;
      }
      return undefined;
    },
    failure,
  );
}
