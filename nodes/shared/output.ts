import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import type { Send } from './guard';
import { envelope, type Facts } from './message';
import type { StatusDescription } from './status';

/** What an action has found out or done. */
export interface Outcome {
  payload: unknown;
  facts: Facts;
  topic: string;
  /** Set where the payload is an array that can also be sent one by one. */
  items?: readonly Item[];
  /** What the status says afterwards. */
  sign: StatusDescription;
}

/** One of many, as a message of its own. */
export type Item = Pick<Outcome, 'payload' | 'facts' | 'topic'>;

/** The sequence a message belongs to; those of an outer sequence lie below, as with Node-RED's split node. */
interface Parts {
  id: string;
  index: number;
  count: number;
  type: 'array';
  parts?: unknown;
}

/**
 * Sends an outcome on the incoming message, whose other properties stay. Many things travel as one array, or as a
 * sequence that a join node can put together again, after which the outer `msg.parts` are back.
 */
export function deliver(
  RED: NodeAPI,
  message: NodeMessageInFlow,
  outcome: Outcome,
  { account, each, send }: { account: string; each: boolean; send: Send },
): void {
  const write = (target: NodeMessageInFlow, item: Item) => Object.assign(target, messageOf(item, account));
  if (!each || !outcome.items) {
    send(write(message, outcome));
    return;
  }
  const id = RED.util.generateId();
  const count = outcome.items.length;
  const outer = Object.hasOwn(message, 'parts') ? { parts: message.parts } : {};
  outcome.items.forEach((item, index) => {
    const parts: Parts = { id, index, count, type: 'array', ...outer };
    // The clone keeps `req` and `res` by reference, so that an answer over HTTP still finds its way.
    send(write(RED.util.cloneMessage({ ...message, parts }), item));
  });
}

/** What a message says of one thing; `account` is the label of the connection. */
export function messageOf({ payload, facts, topic }: Item, account: string) {
  return { payload: own(payload), topic, zaptec: envelope(account, facts) };
}

/** The client hands out what it also keeps; nobody downstream may edit its cache. */
function own(payload: unknown): unknown {
  // The engine's own copy is dear, and the values of a feed are many and flat.
  return isFlat(payload) ? { ...payload } : structuredClone(payload);
}

function isFlat(payload: unknown): payload is Record<string, unknown> {
  if (typeof payload !== 'object' || payload === null || Object.getPrototypeOf(payload) !== Object.prototype)
    return false;
  return Object.values(payload).every((value) => typeof value !== 'object' || value === null);
}
