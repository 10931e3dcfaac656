import type { NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import { type Decision, present } from '../../src/client';
import { asError } from '../shared/errors';
import type { Words } from '../shared/language/catalogues';
import { topicOf, type Facts, messageOf, type Item } from '../shared/message';
import { messageCopy } from '../shared/message-copy';
import type { Target } from './target';

export interface DecisionContext {
  target: Target;
  /** The newest message about the target. */
  message: NodeMessageInFlow;
  /** Label of the connection. */
  account: string;
  words: Words;
  /** The message has had its answer already: this is news about it. */
  later: boolean;
}

/** What an http response, a link call or a join node waits for. They take one answer: a second one breaks a flow. */
const OF_ONE_ANSWER = ['req', 'res', 'parts', '_linkSource'] as const;

/** A decision as messages for the two outputs, on copies of the message that caused it. */
export function decisionMessages(
  RED: NodeAPI,
  decision: Decision,
  { target, message, account, words, later }: DecisionContext,
): (NodeMessage | null)[] {
  const { applied, decided } = decisionItems(decision, target.about, words);
  const on = (item: Item | undefined, isAnswer: boolean): NodeMessage | null => {
    if (!item) return null;
    const copy = Object.assign(messageCopy(RED, message), messageOf(item, account));
    return isAnswer ? copy : withoutAnswer(copy, message._msgid, RED.util.generateId());
  };
  return [on(applied, !later), on(decided, !later && !applied)];
}

/** A message of its own, which names the one that it is about. */
function withoutAnswer(
  message: ReturnType<typeof messageOf> & NodeMessageInFlow,
  inReplyTo: string,
  id: string,
): NodeMessage {
  const rest: Record<string, unknown> = { ...message, _msgid: id };
  // A key must go: join and link nodes ask whether it is there.
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
  for (const property of OF_ONE_ANSWER) delete rest[property];
  if (inReplyTo !== '') rest['zaptec'] = { ...message.zaptec, inReplyTo };
  return rest;
}

/** What a decision becomes at each of the two outputs. */
export interface DecisionItems {
  applied?: Item | undefined;
  decided?: Item | undefined;
}

/** The first output reports what the cloud has, the second every decision that is more than that. */
export function decisionItems(decision: Decision, about: Facts, words: Words): DecisionItems {
  const { decision: result, requested, applied, until, counting, error } = decision;
  const english = decision.reason ?? (error && asError(error).message);
  const reason = english === undefined ? undefined : words(english);
  const facts: Facts = present({ ...about, result, reason });
  const topic = topicOf(about, 'current');
  const isPlain = result === 'applied' || result === 'unchanged';
  const has = (isPlain || result === 'lowered-early') && requested && applied;
  const payload = present({ decision: result, requested, applied, until, counting });
  return {
    applied: has ? { payload: { requested, applied, unit: 'A' }, facts, topic } : undefined,
    decided: isPlain ? undefined : { payload, facts, topic },
  };
}
