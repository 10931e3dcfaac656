import type { NodeAPI } from 'node-red';
import { guarded } from './guard';

interface Shared {
  readonly listeners: Set<() => void>;
  readonly all: () => void;
}

const sharedBy = new WeakMap<object, Shared>();

/**
 * Calls a listener each time that Node-RED has started the flows of a deploy. All nodes share one listener of Node-RED's
 * own events, since Node.js warns of a leak where an event has more than ten.
 * @param listener must not throw.
 * @returns a function that ends it.
 */
export function onFlowsStarted({ events }: NodeAPI, listener: () => void): () => void {
  const { listeners, all } = sharedBy.get(events) ?? share(events);
  if (listeners.size === 0) events.on('flows:started', all);
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) events.off('flows:started', all);
  };
}

function share(events: object): Shared {
  const listeners = new Set<() => void>();
  const all = guarded(
    () => {
      for (const listener of [...listeners]) if (listeners.has(listener)) listener();
    },
    () => undefined,
  );
  const shared = { listeners, all };
  sharedBy.set(events, shared);
  return shared;
}
