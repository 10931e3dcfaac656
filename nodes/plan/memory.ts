import type { Node, NodeAPI } from 'node-red';
import { persistentStore } from '../shared/persistent-store';

const KEY = 'zaptecPlan';

/** Where a plan survives a deploy and, if Node-RED has a store that keeps it, a restart. */
export interface PlanMemory {
  load(): Promise<unknown>;
  save(data: unknown): void;
}

/** In the context of the node, which goes when the node is deleted. */
export function planMemory(RED: NodeAPI, node: Node): PlanMemory {
  const store = persistentStore((RED.settings as { contextStorage?: unknown }).contextStorage);
  const context = node.context();
  return {
    load: () =>
      new Promise((resolve, reject) => {
        context.get(KEY, store, (error: unknown, data: unknown) => {
          if (error) reject(new Error('The context store cannot be read'));
          else resolve(data);
        });
      }),
    save(data) {
      context.set(KEY, data, store, (error: unknown) => {
        if (error) node.debug('The context store does not take the plan');
      });
    },
  };
}
