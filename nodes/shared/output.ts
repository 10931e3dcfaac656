import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import type { Answer, Charger, Installation } from '../../src/client';
import type { Send } from './guard';
import {
  anyStale,
  answerFacts,
  chargerFacts,
  installationFacts,
  messageOf,
  topicOf,
  type Facts,
  type Item,
} from './message';
import { messageCopy } from './message-copy';
import { STATUSES, type StatusDescription } from './status';

/** What an action has found out or done. */
export interface Outcome extends Item {
  /** Set where the payload is an array that can also be sent one by one. */
  items?: readonly Item[];
  /** What the status says afterwards. */
  status: StatusDescription;
}

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
    send(write(Object.assign(messageCopy(RED, message), { parts }), item));
  });
}

export const found = (n: number): StatusDescription => ({
  fill: 'green',
  shape: 'dot',
  key: 'found',
  parameters: { n },
});

/** An answer about one thing, or about a whole. */
export function answered(
  { data, meta }: Answer<unknown>,
  about: Facts,
  what: string,
  { online, status = STATUSES.done }: { online?: boolean | undefined; status?: StatusDescription } = {},
): Outcome {
  return { payload: data, facts: { ...about, ...answerFacts(meta, online) }, topic: topicOf(about, what), status };
}

/** A list, as an array or one by one. */
export function listed<T>(answer: Answer<readonly T[]>, about: Facts, what: string, item: (thing: T) => Item): Outcome {
  const { facts, ...whole } = answered(answer, about, what, { status: found(answer.data.length) });
  const items = answer.data.map(item);
  return { ...whole, facts: { ...facts, stale: facts.stale === true || anyStale(items) }, items };
}

export function chargersListed(answer: Answer<Charger[]>, about: Facts): Outcome {
  return listed(answer, about, 'chargers', (charger) => chargerItem(charger, answer.meta));
}

export function chargerItem(charger: Charger, meta: Answer<unknown>['meta']): Item {
  const facts = chargerFacts(charger);
  return {
    payload: charger,
    facts: { ...facts, ...answerFacts(meta, charger.isOnline) },
    topic: topicOf(facts, 'details'),
  };
}

export function installationItem(installation: Installation, meta: Answer<unknown>['meta']): Item {
  const facts = installationFacts(installation);
  return { payload: installation, facts: { ...facts, ...answerFacts(meta) }, topic: topicOf(facts, 'details') };
}
