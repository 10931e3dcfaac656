import type { Charger } from '../../../src/client';
import { snapshotOf, type Snapshot } from '../../../src/state/snapshot';
import type { Action } from '../../shared/actions';
import { laneFor } from '../../shared/fan-out';
import { answerFacts, chargerFacts, topicOf } from '../../shared/message';
import type { ChargerSettings } from '../../shared/properties';
import { snapshotSign } from '../snapshot-sign';
import { readings, toMany, type Reading } from '../many';
import { targetsOf } from '../targets';

/** What one charger or several do at present. */
export const state: Action<ChargerSettings> = async (wish) => {
  const { chargers, single, about } = await targetsOf(wish);
  const options = { ...wish.options, lane: laneFor(chargers.length, 'message') };
  const observations = wish.message['observations'] === true;
  const read = async (charger: Charger): Promise<Reading & { snapshot: Snapshot }> => {
    const { data, meta } = await wish.client.chargers.state(charger.id, options);
    const snapshot = snapshotOf(charger, data, { observations });
    const facts = {
      ...chargerFacts(charger),
      ...answerFacts(meta, snapshot.online),
      ...(snapshot.reason ? { reason: snapshot.reason } : {}),
    };
    return { item: { payload: snapshot, facts, topic: topicOf(facts, 'state') }, meta, snapshot };
  };
  const [only] = chargers;
  if (single && only) {
    const { item, snapshot } = await read(only);
    return { ...item, sign: snapshotSign(snapshot) };
  }
  const results = await toMany(chargers, read, options.signal);
  return readings(results, { about, what: 'state', unread, warn: wish.warn });
};

/** Nothing is known of it, and nothing is made up. */
function unread({ id, name, deviceId }: Charger): Snapshot {
  return { id, ...(name ? { name } : {}), ...(deviceId ? { deviceId } : {}), mode: 'unknown' };
}
