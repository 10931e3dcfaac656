import type { NodeAPI } from 'node-red';
import { guarded } from './guard';

/** What Node-RED says of its flows: whether they run, and whether a deploy is under way that will start them again. */
export interface RuntimeEvent {
  id: string;
  payload?: { state?: string; deploy?: boolean };
}

type Listener = (value: unknown) => void;

interface Shared {
  readonly listeners: Set<Listener>;
  readonly all: Listener;
}

const sharedBy = new WeakMap<object, Map<string, Shared>>();

/**
 * Calls a listener each time that Node-RED has started the flows of a deploy.
 * @param listener must not throw.
 * @returns a function that ends it.
 */
export function onFlowsStarted({ events }: NodeAPI, listener: () => void): () => void {
  return listen(events, 'flows:started', () => listener());
}

/** The same for what Node-RED says to its editors, such as that the flows are stopped. */
export function onRuntimeEvent({ events }: NodeAPI, listener: (event: RuntimeEvent) => void): () => void {
  return listen(events, 'runtime-event', (event) => listener(event as RuntimeEvent));
}

/** All nodes share one listener of Node-RED's own events, since Node.js warns of a leak where one has more than ten. */
function listen(events: NodeAPI['events'], name: string, listener: Listener): () => void {
  const byName = sharedBy.get(events) ?? new Map<string, Shared>();
  sharedBy.set(events, byName);
  const { listeners, all } = byName.get(name) ?? share(byName, name);
  if (listeners.size === 0) events.on(name, all);
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) events.off(name, all);
  };
}

function share(byName: Map<string, Shared>, name: string): Shared {
  const listeners = new Set<Listener>();
  const all = guarded(
    (value: unknown) => {
      for (const listener of [...listeners]) if (listeners.has(listener)) listener(value);
    },
    () => undefined,
  );
  const shared = { listeners, all };
  byName.set(name, shared);
  return shared;
}
