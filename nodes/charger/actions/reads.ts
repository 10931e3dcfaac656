import type { Charger } from '../../../src/client';
import type { Action } from '../../shared/actions';
import { laneFor } from '../../shared/fan-out';
import { chargerItem, chargersListed } from '../../shared/outcomes';
import type { ChargerSettings } from '../../shared/properties';
import { STATUSES } from '../../shared/status';
import { readings, toMany, type Reading } from '../batch';
import { allChargers, targetsOf } from '../targets';

/** Every charger of the chosen installation, or of the account when none is chosen. */
export const list: Action<ChargerSettings> = async (context) => {
  const { answer, about } = await allChargers(context, context.options);
  return chargersListed(answer, about);
};

/** The details of one charger or of several. */
export const get: Action<ChargerSettings> = async (context) => {
  const { chargers, single, about } = await targetsOf(context);
  const options = { ...context.options, lane: laneFor(chargers.length, 'message') };
  const read = async (charger: Charger): Promise<Reading> => {
    const { data, meta } = await context.client.chargers.get(charger.id, options);
    // The list knows the name of the installation, the details do not always.
    return { item: { ...chargerItem({ ...charger, ...data }, meta), payload: data }, meta };
  };
  const [only] = chargers;
  if (single && only) return { ...(await read(only)).item, sign: STATUSES.done };
  const results = await toMany(chargers, read, options.signal);
  const unread = ({ id, name, deviceId }: Charger) => ({ id, name, deviceId });
  return readings(results, { about, what: 'details', unread, warn: context.warn });
};
