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
