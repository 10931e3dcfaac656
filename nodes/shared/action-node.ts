import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { attributed, shownValue, zaptecError, type CallOptions, type ZaptecClient, phrase } from '../../src/client';
import type { ConnectionNode } from './connection-api';
import { CLOSED, onInput, type Send } from './guard';
import type { Words } from './language/catalogues';
import { isTrue, overridden, type OverridePermission } from './message';
import { nodeLife, type NodeLife } from './node-life';
import { deliver, type Outcome } from './output';
import { failureStatus, type StatusDescription } from './status';
import { evaluator, type Evaluate } from './typed-input';

/** Everything an action needs to answer one message. */
export interface ActionContext<S> {
  readonly client: ZaptecClient;
  readonly settings: S;
  readonly message: NodeMessageInFlow;
  readonly evaluate: Evaluate;
  /** For every call of the client: ends with the node, and reads past the cache when the message says so. */
  readonly options: CallOptions & { signal: AbortSignal };
  /** Warns once in the life of the node, however many messages give cause for the same text. */
  readonly warn: (text: string) => void;
  /** A text for a payload, in the language of the connection. */
  readonly words: Words;
}

/** What it takes to find out whom a message is about. */
export type SelectionContext<S> = Omit<ActionContext<S>, 'warn' | 'words'>;

/** One operation of a node. */
export type Action<S> = (context: ActionContext<S>) => Promise<Outcome>;

interface ActionSettings extends NodeDef {
  connection: string;
  output?: string;
}

/**
 * The life of a node that answers each message with the result of a call of the client.
 * `RED.nodes.createNode` must have been called. Without a connection the node stays on the canvas, red, and refuses.
 * @param doing what the node shows while it works on a message
 */
export function actionNode<S extends ActionSettings>(
  RED: NodeAPI,
  node: Node,
  settings: S,
  perform: Action<S>,
  doing: Doing = () => undefined,
): void {
  const life = nodeLife(RED, node, settings.connection);
  const { closing, words } = life;
  const warn = once((text) => node.warn(words(text)));
  const answer: Answer = async (connection, message, send) => {
    const client = await connection.ready();
    const options = { signal: closing, lane: 'message', refresh: isTrue(message['refresh']) } as const;
    const evaluate = evaluator(RED, node, message);
    const outcome = await perform({ client, settings, message, evaluate, options, warn, words });
    if (closing.aborted) return CLOSED;
    deliver(RED, message, outcome, { account: connection.label, each: settings.output === 'each', send });
    return outcome.status;
  };
  answerMessages(node, life, answer, { doing });
}

/** Picks the operation that the message or else the settings ask for. */
export function dispatch<S extends { action: string } & OverridePermission>(
  actions: Readonly<Record<string, Action<S>>>,
): Action<S> {
  return async (context) => {
    const wanted = overridden(context.message, 'action', context.settings) ?? context.settings.action;
    const action = typeof wanted === 'string' && Object.hasOwn(actions, wanted) ? actions[wanted] : undefined;
    if (!action) {
      throw zaptecError('INPUT_INVALID', phrase`msg.action is ${shownValue(wanted)}, which this node does not know`, {
        remedy: phrase`Use one of ${Object.keys(actions).join(', ')}`,
      });
    }
    return action(context);
  };
}

/**
 * Answers one message. @returns what the node shows after it, undefined for what it shows already, or `CLOSED` when the
 * node was closed meanwhile.
 */
export type Answer = (
  connection: ConnectionNode,
  message: NodeMessageInFlow,
  send: Send,
) => Promise<StatusDescription | typeof CLOSED | undefined>;

/** What is done for a message, as a status; undefined for the usual word of the node. Must not throw. */
export type Doing = (message: NodeMessageInFlow) => StatusDescription | undefined;

interface AnswerOptions {
  doing?: Doing;
  /** Called before a failure is shown. */
  onFailure?: () => void;
}

/** Answers the messages of a node and shows how that goes; a failure goes to Catch nodes. */
export function answerMessages(
  node: Node,
  { connection, status, closing, failure }: NodeLife,
  answer: Answer,
  { doing = () => undefined, onFailure = () => undefined }: AnswerOptions = {},
): void {
  onInput(
    node,
    async (message, send) => {
      const deployed = connection();
      status.begin(doing(message));
      try {
        const shown = await attributed(node.id, () => answer(deployed, message, send));
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

/** More different texts than this are a text with a number in it, and not worth remembering. */
const REMEMBERED = 200;

function once(warn: (text: string) => void): (text: string) => void {
  const warned = new Set<string>();
  return (text) => {
    if (warned.has(text) || warned.size >= REMEMBERED) return;
    warned.add(text);
    warn(text);
  };
}
