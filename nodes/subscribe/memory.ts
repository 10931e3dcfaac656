import type { Node, NodeAPI } from 'node-red';
import type { FeedMemory } from '../../src/client';
import { persistentStore } from '../shared/persistent-store';

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
  const store = persistentStore((RED.settings as { contextStorage?: unknown }).contextStorage);
  if (store === undefined) return undefined;
  const context = connection.context();
  const memory: FeedMemory = {
    load: () =>
      new Promise((resolve, reject) => {
        context.get(KEY, store, (error: unknown, data: unknown) => {
          if (error) reject(new Error('The context store cannot be read'));
          else resolve(data);
        });
      }),
    save(data) {
      context.set(KEY, data, store, (error: unknown) => {
        if (error) connection.debug('The context store does not take what is known of the feed');
      });
    },
  };
  memories.set(connection, memory);
  return memory;
}
