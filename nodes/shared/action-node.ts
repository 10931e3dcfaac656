import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { CallOptions, ZaptecClient } from '../../src/client';
import { zaptecError } from '../../src/http/errors';
import type { ConnectionNode } from './connection-api';
import { asError } from './errors';
import { CLOSED, onClose, onInput } from './guard';
import { deliver, type Outcome } from './output';
import { failureSign, SIGNS, StatusReducer } from './status';
import { textsOf } from './texts';
import { evaluator, type Evaluate } from './typed-input';

/** Everything an action needs to answer one message. */
export interface Wish<S> {
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
  perform: (wish: Wish<S>) => Promise<Outcome>,
): void {
  // `null` when the configuration node is missing or disabled, whatever the type says.
  const connection = RED.nodes.getNode(settings.connection) as ConnectionNode | null;
  const closing = new AbortController();
  const status = new StatusReducer(
    (shown) => node.status(shown),
    textsOf(RED, node.type),
    () => connection?.isSimulator ?? false,
  );
  const showStanding = () => status.setHealth(connection?.standing.state ?? 'idle', connection?.standing.sign);
  if (connection) connection.register({ node, onHealth: showStanding });
  else status.setHealth('idle', SIGNS.noConnection);

  const warn = once((text) => node.warn(text));

  onInput(
    node,
    async (message, send) => {
      if (!connection) throw noConnection();
      status.begin();
      try {
        const client = await connection.ready();
        const options = { signal: closing.signal, lane: 'message', refresh: message['refresh'] === true } as const;
        const evaluate = evaluator(RED, node, message);
        const outcome = await perform({ client, settings, message, evaluate, options, warn });
        if (closing.signal.aborted) return CLOSED;
        deliver(RED, message, outcome, { account: connection.label, each: settings.output === 'each', send });
        status.end(outcome.sign);
      } catch (thrown) {
        if (closing.signal.aborted) return CLOSED;
        const error = connection.failure(thrown);
        status.end(failureSign(error.code));
        throw error;
      }
      return undefined;
    },
    (thrown) => connection?.failure(thrown) ?? asError(thrown),
  );
  onClose(node, () => {
    closing.abort();
    connection?.deregister(node);
    status.close();
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

function noConnection() {
  return zaptecError('CONFIG_INVALID', 'This node has no connection', {
    remedy: 'Choose a connection in its dialog, make sure that it is not disabled, and deploy',
  });
}
