import { AsyncLocalStorage } from 'node:async_hooks';

const labels = new AsyncLocalStorage<string>();

/**
 * Runs work whose requests count as those of one user of the account, however deep below they are sent. A request that
 * several wait for counts as that of the first one.
 * @param label the id of a node, or the name of a part of the program; no private data.
 */
export function attributed<T>(label: string, work: () => T): T {
  return labels.run(label, work);
}

/** Whose work this is; undefined where nobody said. */
export function currentLabel(): string | undefined {
  return labels.getStore();
}
