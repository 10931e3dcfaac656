import { setMaxListeners } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import { zaptecError } from '../../src/client';
import type { ConnectionNode } from './connection-api';
import { onClose } from './guard';
import { STATUSES, StatusReducer } from './status';
import { textsOf } from './texts';

/** What every node on a connection has from its creation to its end. */
export interface NodeLife {
  /** @throws ZaptecError `CONFIG_INVALID` when the node has none, or it is disabled. */
  readonly connection: () => ConnectionNode;
  /** The same, undefined where it would throw. */
  readonly maybe: ConnectionNode | undefined;
  readonly status: StatusReducer;
  /** Aborted when the node closes. */
  readonly closing: AbortSignal;
}

/**
 * Joins a node to its connection and shows how that stands. `RED.nodes.createNode` must have been called. Without a
 * connection the node stays on the canvas, red.
 * @param cleanup what else ends with the node; must not wait. Told whether the node was deleted or disabled.
 */
export function nodeLife(
  RED: NodeAPI,
  node: Node,
  connectionId: string,
  cleanup: (removed: boolean) => void = () => undefined,
): NodeLife {
  // `null` when the configuration node is missing or disabled, whatever the type says.
  const found = RED.nodes.getNode(connectionId) as ConnectionNode | null;
  const closing = new AbortController();
  // One message may have a hundred wishes under way; each takes its listener away when it ends.
  setMaxListeners(0, closing.signal);
  const status = new StatusReducer(
    (shown) => node.status(shown),
    textsOf(RED, node.type),
    () => found?.isSimulator ?? false,
  );
  const showStanding = () => status.setHealth(found?.standing.state ?? 'idle', found?.standing.sign);
  if (found) found.register({ node, onHealth: showStanding });
  else status.setHealth('idle', STATUSES.noConnection);
  onClose(node, (removed) => {
    closing.abort();
    cleanup(removed);
    found?.deregister(node);
    status.close();
  });
  const connection = () => {
    if (found) return found;
    throw zaptecError('CONFIG_INVALID', 'This node has no connection', {
      remedy: 'Choose a connection in its dialog, make sure that it is not disabled, and deploy',
    });
  };
  return { connection, maybe: found ?? undefined, status, closing: closing.signal };
}
