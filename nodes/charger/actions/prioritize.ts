import { type Charger, snapshotOf, zaptecError, phrase } from '../../../src/client';
import type { Action } from '../../shared/action-node';
import type { ActionContext } from '../../shared/action-node';
import { chargerFacts, topicOf, type Facts } from '../../shared/message';
import type { ChargerSettings } from '../../shared/properties';
import { referenceOf } from '../../shared/references';
import { summary, toMany } from '../batch';
import { fieldSettings } from '../field-settings';
import { targetsOf } from '../targets';

/** How much a session gets before the others. */
interface Priority {
  phases: 1 | 3;
  current: number;
}

/** Under Zaptec's names, before which the shorter ones of a payload go. */
const FIELDS = { prioritizedPhases: 'priorityPhases', prioritizedCurrent: 'priorityCurrent' } as const;

/** Lets a session charge before the others: the one in `msg.session`, or else the running one of the charger. */
export const prioritize: Action<ChargerSettings> = async (context) => {
  const priority = priorityFrom(await fieldSettings(context, FIELDS));
  const given = referenceOf(context.message['session'], 'session');
  if (given !== undefined) return grant(context, given, priority, {});
  const { chargers, single, about } = await targetsOf(context);
  const one = async (charger: Charger) =>
    grant(context, await runningSession(context, charger), priority, chargerFacts(charger));
  const [only] = chargers;
  if (single && only) return one(only);
  return summary(await toMany(chargers, one, context.options.signal), {
    about,
    what: 'prioritize',
    words: context.words,
  });
};

async function grant(
  context: ActionContext<ChargerSettings>,
  sessionId: string,
  { phases, current }: Priority,
  about: Facts,
) {
  const body = { prioritizedPhases: phases, prioritizedCurrent: current };
  const { meta } = await context.client.sessions.prioritize(sessionId, body, { ...context.options, lane: 'command' });
  const result = 'accepted';
  return {
    payload: { result, sessionId, phases, current },
    facts: { ...about, source: meta.source, time: meta.time, attempts: meta.attempts, result },
    topic: topicOf(about, 'prioritize'),
    status: { fill: 'green', shape: 'dot', key: 'prioritized' } as const,
  };
}

async function runningSession({ client, options }: ActionContext<ChargerSettings>, charger: Charger): Promise<string> {
  const live = client.liveState(charger.id);
  const { sessionId } =
    live?.view.snapshot ?? snapshotOf(charger, (await client.chargers.state(charger.id, options)).data);
  if (sessionId !== undefined) return sessionId;
  throw zaptecError('NOT_FOUND', phrase`${charger.name ?? charger.id} has no running session`, {
    remedy: 'Wait until a car is connected and charges, or name the session in msg.session',
  });
}

function priorityFrom(body: Readonly<Record<string, unknown>>): Priority {
  // The names of Zaptec's own field are understood as well.
  const phases = numberOf(body['phases'] ?? body['prioritizedPhases']);
  const current = numberOf(body['current'] ?? body['prioritizedCurrent']);
  const refuse = (reason: string) =>
    zaptecError('INPUT_INVALID', reason, {
      remedy: 'Fill the fields of the node, or send {"phases": 1 or 3, "current": amperes} as the payload',
    });
  if (phases !== 1 && phases !== 3) throw refuse('payload.phases is neither 1 nor 3');
  if (typeof current !== 'number' || !Number.isFinite(current) || current < 0) {
    throw refuse('payload.current is not a number of amperes');
  }
  return { phases, current };
}

/** MQTT and dashboards send a number as text. A blank is none. */
function numberOf(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}
