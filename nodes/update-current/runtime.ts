import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { type Decision, present, type ZaptecClient } from '../../src/client';
import { answerMessages } from '../shared/action-node';
import { readable } from '../shared/errors';
import { CLOSED, guarded } from '../shared/guard';
import { isTrue } from '../shared/message';
import { messageCopy } from '../shared/message-copy';
import { wordsFor } from '../shared/language/of-flows';
import { nodeLife } from '../shared/node-life';
import { UPDATE_CURRENT, type UpdateCurrentSettings } from '../shared/properties';
import type { CreateNode } from '../shared/register-node';
import { retryUntilDone } from '../shared/retry-until';
import { blankNumbers, readSettings } from '../shared/settings';
import { evaluator } from '../shared/typed-input';
import { Arrivals } from './arrivals';
import { decisionMessages } from './decision-messages';
import { showDecisions } from './decision-status';
import { readQuantity, unitDoubt } from './input';
import { requestSettings, settingWarnings, withValue } from './request-settings';
import { TargetSubscriptions } from './subscriptions';
import { endRequests } from './requests-end';
import { targetOf, type Target } from './target';

/**
 * The life of a node that requests a current from the governor. The first decision about a request answers its message;
 * each later one is a message of its own.
 */
function updateCurrentNode(RED: NodeAPI, node: Node, settings: UpdateCurrentSettings & NodeDef): void {
  const requested = requestSettings(node.id, settings);
  for (const warning of settingWarnings(settings)) node.warn(wordsFor(RED, settings)(warning));
  const life = nodeLife(RED, node, settings.connection, {
    onEnd: (removed) => {
      shown.end();
      subscriptions.end();
      endOfRequests(removed);
    },
    // Only after all nodes of a deploy are there: a limit may hold a target back.
    onConnection: () => setImmediate(() => start()),
  });
  const { connection, status, closing, failure, words } = life;
  const options = { signal: closing, lane: 'message' } as const;
  const isEnded = () => closing.aborted;
  const report = (thrown: unknown) => {
    if (!closing.aborted) node.warn(failure(thrown).message);
  };
  const controlOf = (client: ZaptecClient) => (settings.target === 'charger' ? client.chargerCurrent : client.current);
  const shown = showDecisions(status, settings.dryRun, report);
  let warnedOf: string | undefined;
  const warnOfRecord = (problem: string | undefined) => {
    if (problem !== undefined && problem !== warnedOf) node.warn(words(problem));
    warnedOf = problem;
  };
  const onLater = guarded((decision: Decision, target: Target, message: NodeMessageInFlow) => {
    if (closing.aborted) return;
    warnOfRecord(decision.recordProblem);
    const description = shown.show(decision);
    if (description) status.set(description);
    if (decision.statusOnly) return;
    node.send(decisionMessages(RED, decision, { target, message, account: life.label(), words, later: true }));
    if (decision.error) node.error(failure(decision.error), message);
  }, report);
  const subscriptions = new TargetSubscriptions(node.id, onLater);
  const endOfRequests = endRequests(RED, node, settings, report);

  /** From the deploy on, so that a meter that never sends is noticed as well. */
  const arm = async (): Promise<void> => {
    const client = await connection().ready();
    const message = { _msgid: '' } as NodeMessageInFlow;
    const target = await targetOf({ client, settings, message, evaluate: evaluator(RED, node, message), options });
    if (closing.aborted) return;
    controlOf(client).arm(target.id, requested);
    const problem = controlOf(client).recordProblem(target.id);
    warnOfRecord(problem);
    if (problem !== undefined) status.set({ fill: 'yellow', shape: 'dot', key: 'no-record' });
    subscriptions.keep(controlOf(client), target, message);
  };
  const start = guarded(async () => {
    const isPermanent = (error: unknown) => !failure(error).cause.retryable;
    const end = await retryUntilDone(arm, { signal: closing, isPermanent });
    // What the settings leave to the message cannot be known before there is one.
    if (end !== undefined && settings.deadMan > 0) report(end);
  }, report);

  const arrivals = new Arrivals();
  answerMessages(
    node,
    life,
    async (deployed, message, send) => {
      const arrival = arrivals.next();
      const client = await deployed.ready();
      const control = controlOf(client);
      const evaluate = evaluator(RED, node, message);
      const target = await targetOf({ client, settings, message, evaluate, options });
      if (isEnded()) return CLOSED;
      subscriptions.keep(control, target, messageCopy(RED, message));
      if (isTrue(message['reset'])) {
        if (!arrivals.take(target.id, arrival)) return undefined;
        control.withdraw(target.id, node.id);
        shown.forget();
        return { fill: 'grey', shape: 'ring', key: 'reset' };
      }
      const value = await evaluate(settings.value, settings.valueType);
      const quantity = readable('The value', () => readQuantity(value, settings.unit));
      const { currents, assumption } = await client.amperes(target.installationId, quantity, options);
      // The value may have come after the end of the node, whose requests have ended.
      if (isEnded()) return CLOSED;
      const first: Decision = arrivals.take(target.id, arrival)
        ? await control.request(target.id, { ...requested, currents })
        : present<Decision>({
            decision: 'superseded',
            requested: currents,
            applied: control.applied(target.id),
          });
      const doubt = unitDoubt(quantity, currents);
      const reason = doubt ?? first.reason ?? assumption;
      const decision = reason === undefined ? first : { ...first, reason };
      if (isEnded()) return CLOSED;
      warnOfRecord(decision.recordProblem);
      send(decisionMessages(RED, decision, { target, message, account: deployed.label, words, later: false }));
      if (decision.error) throw decision.error;
      return shown.show(decision, doubt !== undefined);
    },
    { onFailure: () => shown.forget() },
  );
}

export const create: CreateNode = (RED, node, def) => {
  for (const warning of blankNumbers(UPDATE_CURRENT, def)) node.warn(wordsFor(RED, def)(warning));
  updateCurrentNode(
    RED,
    node,
    withValue(readSettings(UPDATE_CURRENT, def), (text) => node.warn(wordsFor(RED, def)(text))),
  );
};
