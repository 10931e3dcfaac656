import type { Node, NodeAPI } from 'node-red';
import type { RuntimeFacts } from '../../src/client';
import type { ConnectionNode } from './connection-api';
import { hasContextMemory, persistentStore } from './context-memory';

/** The node whose data are in the context of its connection. */
const SUBSCRIBE = 'zaptec-subscribe';

/** What the doctor cannot know without Node-RED: who the nodes are, and whether their data outlive a restart. */
export function runtimeFacts(RED: NodeAPI, { users }: Pick<ConnectionNode, 'users'>): RuntimeFacts {
  const needsStore = Object.values(users).some((node) => node.type === SUBSCRIBE || hasContextMemory(node));
  return {
    keepsContext: needsStore ? persistentStore(RED) !== undefined : undefined,
    nameOf(label) {
      // `null` when there is none, whatever the type says.
      const deployed = RED.nodes.getNode(label) as Node | null;
      const node = users[label] ?? deployed;
      return node ? `${node.name || node.id} (${node.type})` : undefined;
    },
  };
}
