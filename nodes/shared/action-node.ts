import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { CallOptions, ZaptecClient } from '../../src/client';
import { answerMessages } from './answer-messages';
import { CLOSED } from './guard';
import { nodeLife } from './node-life';
import { deliver, type Outcome } from './output';
import { evaluator, type Evaluate } from './typed-input';

/** Everything an action needs to answer one message. */
export interface ActionContext<S> {
  readonly client: ZaptecClient;
  readonly settings: S;
  readonly message: NodeMessageInFlow;
  readonly evaluate: Evaluate;
  /** For every call of the client: ends with the node, and asks anew when the message says so. */
  readonly options: CallOptions & { signal: AbortSignal };
  /** Tells something once in the life of the node, however many messages give cause for it. */
  readonly warn: (text: string) => void;
}

interface ActionSettings extends NodeDef {
  connection: string;
  output?: string;
}

/**
 * The life of a node that answers each message with what a call of the client gave.
 * `RED.nodes.createNode` must have been called. Without a connection the node stays on the canvas, red, and refuses.
 */
export function actionNode<S extends ActionSettings>(
  RED: NodeAPI,
  node: Node,
  settings: S,
  perform: (context: ActionContext<S>) => Promise<Outcome>,
): void {
  const life = nodeLife(RED, node, settings.connection);
  const { closing } = life;
  const warn = once((text) => node.warn(text));
  answerMessages(node, life, async (connection, message, send) => {
    const client = await connection.ready();
    const options = { signal: closing, lane: 'message', refresh: message['refresh'] === true } as const;
    const evaluate = evaluator(RED, node, message);
    const outcome = await perform({ client, settings, message, evaluate, options, warn });
    if (closing.aborted) return CLOSED;
    deliver(RED, message, outcome, { account: connection.label, each: settings.output === 'each', send });
    return outcome.sign;
  });
}

/** More different texts than this are a text with a number in it, and not worth remembering. */
const REMEMBERED = 200;

function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text) || told.size >= REMEMBERED) return;
    told.add(text);
    tell(text);
  };
}
