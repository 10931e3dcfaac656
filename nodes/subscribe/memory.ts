import type { Node, NodeAPI } from 'node-red';
import type { FeedMemory } from '../../src/client';

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

/** The name of a store that outlives the process: the default one if it does, else the first that does. */
export function persistentStore(contextStorage: unknown): string | undefined {
  if (typeof contextStorage !== 'object' || contextStorage === null) return undefined;
  const stores = Object.entries(contextStorage);
  const names = stores.filter(([, store]) => isPersistent(store)).map(([name]) => name);
  const chosen: unknown = stores.find(([name]) => name === 'default')?.[1] ?? stores[0]?.[0];
  const preferred = typeof chosen === 'string' ? chosen : 'default';
  return names.find((name) => name === preferred) ?? names[0];
}

/** The default may be a mere name of another store. */
function isPersistent(store: unknown): boolean {
  return typeof store === 'object' && store !== null && 'module' in store && store.module !== 'memory';
}
