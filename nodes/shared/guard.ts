import type { Node, NodeMessage, NodeMessageInFlow } from 'node-red';
import { phrase } from '../../src/client';

/** One message, or one for each output. */
export type Send = (messages: NodeMessage | (NodeMessage | null)[]) => void;

/** The result of a message whose node was closed meanwhile: neither an answer nor an error. */
export const CLOSED = Symbol('closed');

/**
 * The only way to listen to messages. Node-RED does not wait for a promise, and one that is rejected ends the whole
 * process: here a throw or a rejection becomes `done(err)`.
 * @param handler answers the message; may resolve with {@link CLOSED}.
 * @param failed makes an error that a Catch node can use.
 */
export function onInput(
  node: Node,
  handler: (message: NodeMessageInFlow, send: Send) => Promise<unknown>,
  failed: (thrown: unknown) => Error,
): void {
  // Three named parameters: Node-RED counts them to know that `done` will be called.
  node.on('input', (message, send, done) => {
    void settle(
      () => handler(message, send),
      (result) => {
        if (result !== CLOSED) done();
      },
      (thrown) => done(failed(thrown)),
    );
  });
}

/**
 * The only way to listen to the end of a node. Never waits: `done` is called in the same turn.
 * @param cleanup its argument is true when the node was deleted or disabled; otherwise the node comes back at once.
 */
export function onClose(node: Node, cleanup: (removed: boolean) => void): void {
  // Two named parameters: with fewer, Node-RED would not wait for `done`, or take the first one for it.
  node.on('close', (removed: boolean, done: () => void) => {
    try {
      cleanup(removed);
    } catch (thrown) {
      // Node-RED swallows this silently, which has cost others days.
      node.warn(phrase`close: ${thrown instanceof Error ? thrown.message : 'failed'}`);
    }
    done();
  });
}

/** Wraps the callback of a timer or an event, so that what it throws is reported and not fatal. */
export function guarded<A extends unknown[]>(
  callback: (...values: A) => unknown,
  report: (thrown: unknown) => void,
): (...values: A) => void {
  return (...values) => {
    let result: unknown;
    try {
      result = callback(...values);
    } catch (thrown) {
      quietly(() => report(thrown));
      return;
    }
    // Most answer at once, thousands of times a second.
    if (result instanceof Promise) {
      void settle(
        () => result,
        () => undefined,
        report,
      );
    }
  };
}

/** Runs, waits and reports; what a report itself throws has nowhere to go and must not end the process. */
async function settle(
  run: () => unknown,
  succeeded: (result: unknown) => void,
  failed: (thrown: unknown) => void,
): Promise<void> {
  let result: unknown;
  try {
    result = await run();
  } catch (thrown) {
    quietly(() => failed(thrown));
    return;
  }
  quietly(() => succeeded(result));
}

function quietly(report: () => void): void {
  try {
    report();
  } catch {
    // A listener of Node-RED threw; Node-RED has logged that.
  }
}
