import {
  type Charger,
  type RawObservation,
  type Snapshot,
  snapshotOf,
  type StoreView,
  timesOf,
} from '../../../src/client';
import type { Action } from '../../shared/action-node';
import { answerFacts, chargerFacts, isTrue, topicOf } from '../../shared/message';
import { chargerItem, chargersListed } from '../../shared/output';
import type { ChargerSettings } from '../../shared/properties';
import { formatted } from '../../shared/snapshot-format';
import { STATUSES, type StatusDescription } from '../../shared/status';
import { readings, toMany, type Reading } from '../batch';
import { allChargers, targetsOf } from '../targets';

/** Every charger of the chosen installation, or of the account when none is chosen. */
export const list: Action<ChargerSettings> = async (context) => {
  const { answer, about } = await allChargers(context, context.options);
  return chargersListed(answer, about);
};

/** The details of one charger or of several. */
export const get: Action<ChargerSettings> = async (context) => {
  const { chargers, single, about, lane } = await targetsOf(context);
  const options = { ...context.options, lane };
  const read = async (charger: Charger): Promise<Reading> => {
    const { data, meta } = await context.client.chargers.get(charger.id, options);
    // The list knows the name of the installation, the details do not always.
    return { item: { ...chargerItem({ ...charger, ...data }, meta), payload: data }, meta };
  };
  const [only] = chargers;
  if (single && only) return { ...(await read(only)).item, status: STATUSES.done };
  const results = await toMany(chargers, read, options.signal);
  const unread = ({ id, name, deviceId }: Charger) => ({ id, name, deviceId });
  return readings(results, { about, what: 'details', unread, warn: context.warn });
};

/** What one charger or several do at present. */
export const state: Action<ChargerSettings> = async (context) => {
  const { chargers, single, about, lane } = await targetsOf(context);
  const options = { ...context.options, lane };
  const observations = isTrue(context.message['observations']);
  const { client, settings } = context;
  const read = async (charger: Charger): Promise<StateReading> => {
    const live = options.refresh ? undefined : client.liveState(charger.id, { observations });
    const reading = live ? liveReading(charger, live.view) : await restReading(charger);
    const times = live ? client.store.times(charger.id) : timesOf(reading.raw);
    const item = formatted(reading.item, settings.format, { times, pending: client.chargers.pending(charger.id) });
    return { ...reading, item };
  };
  const restReading = async (charger: Charger): Promise<StateReading> => {
    const { data, meta } = await client.chargers.state(charger.id, options);
    const snapshot = snapshotOf(charger, data, { observations });
    const facts = {
      ...chargerFacts(charger),
      ...answerFacts(meta, snapshot.online),
      ...(snapshot.reason ? { reason: snapshot.reason } : {}),
    };
    return { item: { payload: snapshot, facts, topic: topicOf(facts, 'state') }, meta, snapshot, raw: data };
  };
  const [only] = chargers;
  if (single && only) {
    const { item, snapshot } = await read(only);
    return { ...item, status: snapshotStatus(snapshot) };
  }
  const results = await toMany(chargers, read, options.signal);
  return readings(results, { about, what: 'state', unread, warn: context.warn });
};

interface StateReading extends Reading {
  snapshot: Snapshot;
  /** What was read; nothing where a feed knows the state. */
  raw: readonly RawObservation[];
}

/** The state that a live feed keeps up to date is as good as the answer to a request, and costs none. */
function liveReading(charger: Charger, { snapshot, time, ageMs, stale }: StoreView): StateReading {
  const meta = { source: 'store', time, ageMs, attempts: 0 } as const;
  const facts = {
    ...chargerFacts(charger),
    ...meta,
    stale,
    ...(snapshot.reason ? { reason: snapshot.reason } : {}),
  };
  return { item: { payload: snapshot, facts, topic: topicOf(facts, 'state') }, meta, snapshot, raw: [] };
}

/** Nothing is known of it, and nothing is made up. */
function unread({ id, name, deviceId }: Charger): Snapshot {
  return { id, ...(name ? { name } : {}), ...(deviceId ? { deviceId } : {}), mode: 'unknown' };
}

/** The state of a charger as a status. */
function snapshotStatus({ online, mode, reason, powerW }: Snapshot): StatusDescription {
  if (online === false) return { fill: 'grey', shape: 'ring', key: 'offline' };
  if (mode === 'charging' && powerW !== undefined) {
    return { fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: kilowatts(powerW) } };
  }
  if (reason === 'paused') return { fill: 'yellow', shape: 'dot', key: 'paused' };
  if (mode === 'charging') return { fill: 'green', shape: 'dot', key: 'charging', parameters: { kw: '?' } };
  return { fill: 'grey', shape: 'dot', key: mode };
}

/** One decimal where it fits. */
function kilowatts(powerW: number): string {
  const kw = powerW / 1000;
  return kw < 9.95 ? kw.toFixed(1) : kw.toFixed(0);
}
