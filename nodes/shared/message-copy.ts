import type { NodeAPI, NodeMessageInFlow } from 'node-red';

/** What belongs to the server of Node-RED, and is handed on as it is. */
const REFERENCES = ['req', 'res'] as const;

/**
 * A copy of a message, with `req` and `res` by reference, so that an answer over HTTP still finds its way. A property
 * that nobody can copy must not cost the flow its answer: one that is nested too deeply or that throws while it is read
 * is handed on as it is, and left out where even its name cannot be read.
 */
export function messageCopy<T extends NodeMessageInFlow>(RED: NodeAPI, message: T): T {
  const own = Object.getOwnPropertyDescriptors<object>(message) as Record<string, PropertyDescriptor>;
  try {
    return RED.util.cloneMessage(message);
  } catch {
    // Node-RED has taken them off, and not put them back.
    for (const name of REFERENCES) if (own[name]) Object.defineProperty(message, name, own[name]);
    return Object.fromEntries(Object.keys(message).flatMap((name) => propertyCopy(RED, message, name))) as T;
  }
}

function propertyCopy(RED: NodeAPI, message: NodeMessageInFlow, name: string): [string, unknown][] {
  let value: unknown;
  try {
    value = message[name];
  } catch {
    return [];
  }
  if (REFERENCES.some((reference) => reference === name)) return [[name, value]];
  try {
    return [[name, RED.util.cloneMessage({ _msgid: '', value }).value]];
  } catch {
    return [[name, value]];
  }
}
