import { type Charger, type Snapshot, snapshotOf, type StoreView } from '../../../src/client';
import type { Action } from '../../shared/actions';
import { laneFor } from '../../shared/fan-out';
import { answerFacts, chargerFacts, topicOf } from '../../shared/message';
import type { ChargerSettings } from '../../shared/properties';
import { snapshotStatus } from '../snapshot-status';
import { readings, toMany, type Reading } from '../batch';
import { targetsOf } from '../targets';

/** What one charger or several do at present. */
export const state: Action<ChargerSettings> = async (context) => {
  const { chargers, single, about } = await targetsOf(context);
  const options = { ...context.options, lane: laneFor(chargers.length, 'message') };
  const observations = context.message['observations'] === true;
  const read = async (charger: Charger): Promise<Reading & { snapshot: Snapshot }> => {
    const live = options.refresh ? undefined : context.client.liveState(charger.id, { observations });
    if (live) return liveReading(charger, live.view);
    const { data, meta } = await context.client.chargers.state(charger.id, options);
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
    return { ...item, sign: snapshotStatus(snapshot) };
  }
  const results = await toMany(chargers, read, options.signal);
  return readings(results, { about, what: 'state', unread, warn: context.warn });
};

/** What a live feed has told is as good as what a request would tell, and costs none. */
function liveReading(charger: Charger, { snapshot, time, ageMs, stale }: StoreView): Reading & { snapshot: Snapshot } {
  const meta = { source: 'store', time, ageMs, attempts: 0 } as const;
  const facts = {
    ...chargerFacts(charger),
    ...meta,
    stale,
    ...(snapshot.reason ? { reason: snapshot.reason } : {}),
  };
  return { item: { payload: snapshot, facts, topic: topicOf(facts, 'state') }, meta, snapshot };
}

/** Nothing is known of it, and nothing is made up. */
function unread({ id, name, deviceId }: Charger): Snapshot {
  return { id, ...(name ? { name } : {}), ...(deviceId ? { deviceId } : {}), mode: 'unknown' };
}
