import type { Charger } from '../../../src/client';
import type { Action } from '../../shared/action-node';
import { chargerFacts, topicOf } from '../../shared/message';
import type { ChargerSettings } from '../../shared/properties';
import { summary, toMany } from '../batch';
import { fieldSettings } from '../field-settings';
import { targetsOf } from '../targets';

/** The fields have the names that Zaptec gives the settings. */
const FIELDS = {
  maxChargeCurrent: 'maxChargeCurrent',
  minChargeCurrent: 'minChargeCurrent',
  maxChargePhases: 'maxChargePhases',
  offlineChargeCurrent: 'offlineChargeCurrent',
  offlineChargePhase: 'offlineChargePhase',
  meterValueInterval: 'meterValueInterval',
} as const;

/** Changes settings of one charger or of several; which ones and within what limits is checked by the client. */
export const update: Action<ChargerSettings> = async (context) => {
  const settings = await fieldSettings(context, FIELDS);
  const { chargers, single, about } = await targetsOf(context);
  const send = (charger: Charger) =>
    context.client.chargers.update(charger.id, settings, { ...context.options, lane: 'command' });
  const [only] = chargers;
  if (!single || !only) {
    return summary(await toMany(chargers, send, context.options.signal), {
      about,
      what: 'update',
      words: context.words,
    });
  }
  const { meta } = await send(only);
  const result = 'accepted';
  const facts = { ...chargerFacts(only), source: meta.source, time: meta.time, attempts: meta.attempts, result };
  return {
    payload: { result, settings },
    facts,
    topic: topicOf(facts, 'update'),
    status: { fill: 'green', shape: 'dot', key: 'updated' },
  };
};
