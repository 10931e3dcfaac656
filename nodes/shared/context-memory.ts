import type { Node, NodeAPI } from 'node-red';
import { onClose } from './guard';
import { valueInTime } from './value-in-time';

/** Data of a node that survive a deploy and, in a store that keeps them, a restart. They go when the node is deleted. */
export interface ContextMemory {
  load(): Promise<unknown>;
  save(data: unknown): void;
}

/**
 * Where no context store is configured, Node-RED deletes the context of a node whenever a deploy makes it anew. By the
 * global context, which lives as long as the runtime, then by node and key.
 */
const kept = new WeakMap<object, Map<string, unknown>>();

const withMemory = new WeakSet<Node>();

/** Whether a node keeps data in its context. */
export const hasContextMemory = (node: Node): boolean => withMemory.has(node);

/**
 * Keeps data under a key in the context of a node.
 * @param store undefined for the default one
 */
export function contextMemory(RED: NodeAPI, node: Node, key: string, store: string | undefined): ContextMemory {
  const context = node.context();
  withMemory.add(node);
  if (!hasContextStorage(RED)) return deployMemory(node, key, context.global);
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

function deployMemory(node: Node, key: string, runtime: object): ContextMemory {
  const known = kept.get(runtime) ?? new Map<string, unknown>();
  kept.set(runtime, known);
  const name = `${node.id} ${key}`;
  onClose(node, (removed) => {
    if (removed) known.delete(name);
  });
  return {
    load: () => Promise.resolve(known.get(name)),
    save: (data) => void known.set(name, data),
  };
}

function hasContextStorage(RED: NodeAPI): boolean {
  const { contextStorage } = RED.settings as { contextStorage?: unknown };
  return typeof contextStorage === 'object' && contextStorage !== null && Object.keys(contextStorage).length > 0;
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
