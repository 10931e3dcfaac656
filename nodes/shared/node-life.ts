import { setMaxListeners } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import { zaptecError, type ZaptecError } from '../../src/client';
import type { ConnectionNode } from './connection-api';
import { asError } from './errors';
import { onFlowsStarted } from './flows-started';
import { guarded, onClose } from './guard';
import { errorIn, wordsIn, type Words } from './language/catalogues';
import type { Language } from './language/languages';
import { languageOfFlows } from './language/of-flows';
import { STATUSES, StatusReducer, textsOf } from './status';

/** What every node on a connection has from its creation to its end. */
export interface NodeLife {
  /** The connection as it is deployed now. @throws ZaptecError `CONFIG_INVALID` when there is none, or it is disabled. */
  readonly connection: () => ConnectionNode;
  /** What the connection is called; also while a deploy makes it anew, when there is none for a moment. */
  readonly label: () => string;
  readonly status: StatusReducer;
  /** Aborted when the node closes. */
  readonly closing: AbortSignal;
  /** A text of this node in the language of its connection. */
  readonly words: Words;
  /** Anything thrown, as an error of this node that holds no secret of its connection, in the language of that. */
  readonly failure: (thrown: unknown) => ZaptecError;
}

export interface NodeLifeOptions {
  /** What else ends with the node; must not wait. `removed` when the node was deleted or disabled. */
  onEnd?: (removed: boolean) => void;
  /**
   * Called when the node has a connection, and again whenever that was deployed anew while the node stayed: a deploy of
   * modified nodes makes only the connection anew where a property of a subflow or the environment names it.
   */
  onConnection?: () => void;
  /** The node works without a connection too, if none is chosen. */
  isOptional?: boolean;
}

/**
 * Joins a node to its connection and shows how that is doing. `RED.nodes.createNode` must have been called. Without a
 * connection the node stays on the canvas, red.
 */
export function nodeLife(
  RED: NodeAPI,
  node: Node,
  connectionId: string,
  { onEnd, onConnection, isOptional = false }: NodeLifeOptions = {},
): NodeLife {
  const closing = new AbortController();
  // One message may have a hundred requests under way; each takes its listener away when it ends.
  setMaxListeners(0, closing.signal);
  let current: ConnectionNode | undefined;
  let label = '';
  let spoken: Language | undefined;
  const status = new StatusReducer(
    (shown) => node.status(shown),
    textsOf(node.type, () => language()),
    () => current?.isSimulator ?? false,
  );
  const onHealth = () => status.setHealth(current?.condition.state ?? 'idle', current?.condition.status);
  // Also while a deploy makes the connection anew.
  const language = (): Language => spoken ?? languageOfFlows(RED);
  const words: Words = (english) => wordsIn(language())(english);
  const failure = (thrown: unknown) => current?.failure(thrown, node) ?? errorIn(words, asError(thrown));
  const showMissing = () => {
    if (!isOptional || connectionId !== '') status.setHealth('idle', STATUSES.noConnection);
  };
  const join = () => {
    // `null` when the configuration node is missing or disabled, whatever the type says.
    const found = RED.nodes.getNode(connectionId) as ConnectionNode | null;
    // A property of a subflow or a flow that was edited by hand may name any node.
    const deployed = found?.type === 'zaptec-connection' ? found : undefined;
    if (deployed === current || closing.signal.aborted) return;
    current?.deregister(node);
    current = deployed;
    if (deployed) {
      label = deployed.label;
      spoken = deployed.language;
      deployed.register({ node, onHealth });
      onConnection?.();
    } else {
      showMissing();
    }
  };
  const onStarted = guarded(join, (thrown) => node.warn(failure(thrown).message));
  const stopWaiting = onFlowsStarted(RED, onStarted);
  onClose(node, (removed) => {
    closing.abort();
    stopWaiting();
    onEnd?.(removed);
    current?.deregister(node);
    status.close();
  });
  join();
  if (!current) showMissing();
  const connection = () => {
    join();
    if (current) return current;
    throw zaptecError('CONFIG_INVALID', 'This node has no connection', {
      remedy: 'Choose a connection in its dialog, make sure that it is not disabled, and deploy',
    });
  };
  return { connection, label: () => label, status, closing: closing.signal, words, failure };
}
