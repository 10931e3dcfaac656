import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { Decision, ZaptecClient } from '../../src/client';
import { asError } from '../shared/errors';
import { CLOSED, guarded, onInput, type Send } from '../shared/guard';
import { retryUntilDone } from '../shared/retry-until';
import { nodeLife } from '../shared/node-life';
import { messageOf } from '../shared/output';
import type { UpdateCurrentSettings } from '../shared/properties';
import { failureStatus, type StatusDescription } from '../shared/status';
import { evaluator } from '../shared/typed-input';
import { told } from './decisions';
import { placeOf, type Place } from './target';
import { showDecisions } from './decision-status';
import { TargetSubscriptions } from './subscriptions';
import { isReset } from './input';
import { submit } from './submit';
import { shortfalls, requestSettings } from './request-settings';

/**
 * The life of a node that hands wishes about current to the governor. What is decided at once answers the message;
 * what is decided later travels on a copy of it.
 */
export function updateCurrentNode(RED: NodeAPI, node: Node, settings: UpdateCurrentSettings & NodeDef): void {
  const wishes = requestSettings(node.id, settings);
  for (const shortfall of shortfalls(settings)) node.warn(shortfall);
  const life = nodeLife(RED, node, settings.connection, (removed) => {
    shown.end();
    touches.end(removed);
  });
  const { connection, maybe, status, closing } = life;
  const options = { signal: closing, lane: 'message' } as const;
  const ended = () => closing.aborted;
  const failure = (thrown: unknown) => maybe?.failure(thrown) ?? asError(thrown);
  const report = (thrown: unknown) => {
    if (!ended()) node.warn(failure(thrown).message);
  };
  const controlOf = (client: ZaptecClient) => (settings.target === 'charger' ? client.chargerCurrent : client.current);
  const shown = showDecisions(status, settings.dryRun, report);

  /** The decision as messages for the two outputs, on the message that caused it. */
  const answers = (decision: Decision, { about }: Place, message: NodeMessageInFlow) => {
    const { applied, decided } = told(decision, about);
    const on = (item: typeof applied) =>
      item ? Object.assign(RED.util.cloneMessage(message), messageOf(item, connection().label)) : null;
    return [on(applied), on(decided)];
  };

  const later = guarded((decision: Decision, place: Place, message: NodeMessageInFlow) => {
    if (ended()) return;
    const sign = shown.sign(decision);
    if (sign) status.set(sign);
    node.send(answers(decision, place, message));
    if (decision.error) node.error(failure(decision.error), message);
  }, report);
  const touches = new TargetSubscriptions(node.id, later);

  /** From the deploy on, so that a meter that never speaks is noticed as well. */
  const arm = async (): Promise<void> => {
    const client = await connection().ready();
    const message = { _msgid: '' } as NodeMessageInFlow;
    const place = await placeOf({ client, settings, message, evaluate: evaluator(RED, node, message), options });
    controlOf(client).arm(place.id, wishes);
    touches.keep(controlOf(client), place, message);
  };
  const start = guarded(async () => {
    const hopeless = (error: unknown) => !failure(error).cause.retryable;
    const end = await retryUntilDone(arm, { signal: closing, hopeless });
    // What the settings leave to the message cannot be known before there is one.
    if (end !== undefined && settings.deadMan > 0) report(end);
  }, report);
  if (maybe) setImmediate(start);

  /** @returns what the node shows after it. */
  const answer = async (
    client: ZaptecClient,
    message: NodeMessageInFlow,
    send: Send,
  ): Promise<StatusDescription | typeof CLOSED> => {
    const control = controlOf(client);
    const evaluate = evaluator(RED, node, message);
    const place = await placeOf({ client, settings, message, evaluate, options });
    if (ended()) return CLOSED;
    touches.keep(control, place, RED.util.cloneMessage(message));
    if (isReset(message['reset'])) {
      control.withdraw(place.id, node.id);
      shown.forget();
      return { fill: 'grey', shape: 'ring', key: 'reset' };
    }
    const decision = await submit({ client, settings, evaluate, options, control, place, wishes });
    if (ended()) return CLOSED;
    send(answers(decision, place, message));
    if (decision.error) throw decision.error;
    return shown.sign(decision) ?? failureStatus(decision.decision);
  };

  onInput(
    node,
    async (message, send) => {
      const account = connection();
      status.begin();
      try {
        const sign = await answer(await account.ready(), message, send);
        if (sign === CLOSED) return CLOSED;
        status.end(sign);
      } catch (thrown) {
        if (ended()) return CLOSED;
        const error = account.failure(thrown);
        shown.forget();
        status.end(failureStatus(error.code));
        throw error;
      }
      return undefined;
    },
    failure,
  );
}
