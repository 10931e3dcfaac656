import type { Node, NodeAPI } from 'node-red';
import type { FeedMemory } from '../../src/client';
import { contextMemory, persistentStore } from '../shared/context-memory';

const KEY = 'zaptecFeed';

/** One for each connection, however many nodes subscribe to it. */
const memories = new WeakMap<Node, FeedMemory>();

/**
 * Where last values and the ledger of an account survive a restart: in the context of its connection, if Node-RED has a
 * store that keeps it. All feeds of an account share one memory; it goes when the connection is deleted.
 */
export function feedMemory(RED: NodeAPI, connection: Node): FeedMemory | undefined {
  const known = memories.get(connection);
  if (known) return known;
  const store = persistentStore(RED);
  if (store === undefined) return undefined;
  const memory = contextMemory(RED, connection, KEY, store);
  memories.set(connection, memory);
  return memory;
}
