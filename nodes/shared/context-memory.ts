import type { Node, NodeAPI } from 'node-red';
import { valueInTime } from './value-in-time';

/** Data of a node that survive a deploy and, in a store that keeps them, a restart. They go when the node is deleted. */
export interface ContextMemory {
  load(): Promise<unknown>;
  save(data: unknown): void;
}

/**
 * Keeps data under a key in the context of a node.
 * @param store undefined for the default one
 */
export function contextMemory(node: Node, key: string, store: string | undefined): ContextMemory {
  const context = node.context();
  return {
    load: () =>
      valueInTime((found, failed) => {
        context.get(key, store, (error: unknown, data: unknown) => {
          if (error) failed(new Error('The context store cannot be read'));
          else found(data);
        });
      }),
    save(data) {
      context.set(key, data, store, (error: unknown) => {
        if (error) node.debug(`The context store does not take ${key}`);
      });
    },
  };
}

/** The name of a context store that outlives the process: the default one if it does, else the first that does; undefined: none. */
export function persistentStore(RED: NodeAPI): string | undefined {
  const { contextStorage } = RED.settings as { contextStorage?: unknown };
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
