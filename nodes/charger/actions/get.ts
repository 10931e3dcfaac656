import type { Charger } from '../../../src/client';
import type { Action } from '../../shared/actions';
import { laneFor } from '../../shared/fan-out';
import { chargerItem } from '../../shared/outcomes';
import type { ChargerSettings } from '../../shared/properties';
import { SIGNS } from '../../shared/status';
import { readings, toMany, type Reading } from '../many';
import { targetsOf } from '../targets';

/** The details of one charger or of several. */
export const get: Action<ChargerSettings> = async (wish) => {
  const { chargers, single, about } = await targetsOf(wish);
  const options = { ...wish.options, lane: laneFor(chargers.length, 'message') };
  const read = async (charger: Charger): Promise<Reading> => {
    const { data, meta } = await wish.client.chargers.get(charger.id, options);
    // The list knows the name of the installation, the details do not always.
    return { item: { ...chargerItem({ ...charger, ...data }, meta), payload: data }, meta };
  };
  const [only] = chargers;
  if (single && only) return { ...(await read(only)).item, sign: SIGNS.done };
  const results = await toMany(chargers, read, options.signal);
  const unread = ({ id, name, deviceId }: Charger) => ({ id, name, deviceId });
  return readings(results, { about, what: 'details', unread, warn: wish.warn });
};
