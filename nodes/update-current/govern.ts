import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { ZaptecClient } from '../../src/client';
import type { Decision } from '../../src/control/current-types';
import { asError } from '../shared/errors';
import { CLOSED, guarded, onInput } from '../shared/guard';
import { keepTrying } from '../shared/keep-trying';
import { nodeLife } from '../shared/node-life';
import { messageOf } from '../shared/output';
import type { UpdateCurrentSettings } from '../shared/properties';
import { failureSign } from '../shared/status';
import { evaluator } from '../shared/typed-input';
import { decisionSign, told } from './decisions';
import { readQuantity } from './input';
import { placeOf, type Place } from './place';
import { shortfalls, wishSettings } from './wish-settings';

/** A countdown in minutes need not be newer than this, in ms. */
const COUNTDOWN_MS = 15_000;

/** What the node is in touch with: one place, or several where messages name them. */
interface Touch {
  place: Place;
  /** The newest message about it, on which later decisions travel. */
  message: NodeMessageInFlow;
  deaf: () => void;
}

/**
 * The life of a node that hands wishes about current to the governor. What is decided at once answers the message;
 * what is decided later travels on a copy of it.
 */
export function govern(RED: NodeAPI, node: Node, settings: UpdateCurrentSettings & NodeDef): void {
  const wishes = wishSettings(node.id, settings);
  for (const shortfall of shortfalls(settings)) node.warn(shortfall);
  const touched = new Map<string, Touch>();
  let opened: ZaptecClient | undefined;
  const controlOf = (client: ZaptecClient) => (settings.target === 'charger' ? client.chargerCurrent : client.current);
  const life = nodeLife(RED, node, settings.connection, (removed) => {
    clearInterval(countdown);
    for (const [id, { deaf }] of touched) {
      deaf();
      if (removed && opened) controlOf(opened).withdraw(id, node.id);
    }
  });
  const { connection, maybe, status, closing } = life;
  const options = { signal: closing, lane: 'message' } as const;
  const ended = () => closing.aborted;
  const failure = (thrown: unknown) => maybe?.failure(thrown) ?? asError(thrown);
  const report = (thrown: unknown) => {
    if (!ended()) node.warn(failure(thrown).message);
  };

  let shown: Decision | undefined;
  const show = (decision: Decision) => {
    const sign = decisionSign(decision, { dryRun: settings.dryRun, now: Date.now() });
    if (sign) shown = decision;
    return sign;
  };
  const tick = guarded(() => {
    if (shown?.decision !== 'deferred') return;
    const sign = show(shown);
    if (sign) status.set(sign);
  }, report);
  const countdown = setInterval(tick, COUNTDOWN_MS).unref();

  /** The decision as messages for the two outputs, on the message that caused it. */
  const answers = (decision: Decision, { about }: Place, message: NodeMessageInFlow) => {
    const { applied, decided } = told(decision, about);
    const on = (item: typeof applied) =>
      item ? Object.assign(RED.util.cloneMessage(message), messageOf(item, connection().label)) : null;
    return [on(applied), on(decided)];
  };

  const touch = (client: ZaptecClient, place: Place, message: NodeMessageInFlow): void => {
    const known = touched.get(place.id);
    if (known) {
      known.message = message;
      return;
    }
    const later = guarded((decision: Decision) => {
      if (ended()) return;
      const sign = show(decision);
      if (sign) status.set(sign);
      node.send(answers(decision, place, touched.get(place.id)?.message ?? message));
      if (decision.error) node.error(failure(decision.error), touched.get(place.id)?.message ?? message);
    }, report);
    touched.set(place.id, { place, message, deaf: controlOf(client).listen(place.id, node.id, later) });
  };

  /** From the deploy on, so that a meter that never speaks is noticed as well. */
  const arm = async (): Promise<void> => {
    const client = await connection().ready();
    opened = client;
    const message = { _msgid: '' } as NodeMessageInFlow;
    const place = await placeOf({ client, settings, message, evaluate: evaluator(RED, node, message), options });
    controlOf(client).arm(place.id, wishes);
    touch(client, place, message);
  };
  const start = guarded(async () => {
    const hopeless = (error: unknown) => !failure(error).cause.retryable;
    const end = await keepTrying(arm, { signal: closing, hopeless });
    // What the settings leave to the message cannot be known before there is one.
    if (end !== undefined && settings.deadMan > 0) report(end);
  }, report);
  if (maybe) setImmediate(start);

  onInput(
    node,
    async (message, send) => {
      const account = connection();
      status.begin();
      try {
        const client = await account.ready();
        opened = client;
        const evaluate = evaluator(RED, node, message);
        const place = await placeOf({ client, settings, message, evaluate, options });
        if (ended()) return CLOSED;
        touch(client, place, RED.util.cloneMessage(message));
        if (message['reset'] === true) {
          controlOf(client).withdraw(place.id, node.id);
          shown = undefined;
          status.end({ fill: 'grey', shape: 'ring', key: 'reset' });
          return undefined;
        }
        const wanted = readQuantity(await evaluate(settings.value, settings.valueType), settings.unit);
        const { currents, assumption } = await client.amperes(place.installationId, wanted, options);
        const decision = await controlOf(client).wish(place.id, { ...wishes, currents });
        if (ended()) return CLOSED;
        const reason = decision.reason ?? assumption;
        send(answers({ ...decision, ...(reason === undefined ? {} : { reason }) }, place, message));
        if (decision.error) throw decision.error;
        status.end(show(decision) ?? failureSign(decision.decision));
      } catch (thrown) {
        if (ended()) return CLOSED;
        const error = account.failure(thrown);
        shown = undefined;
        status.end(failureSign(error.code));
        throw error;
      }
      return undefined;
    },
    failure,
  );
}
