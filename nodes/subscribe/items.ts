import {
  clock,
  type Change,
  type ChargerEvent,
  type FeedStatus,
  type KnownCharger,
  type LedgerEntry,
  type Observation,
  type StoreView,
} from '../../src/client';
import { chargerFacts, installationFacts, topicOf, type Facts, type Item } from '../shared/message';
import type { Words } from '../shared/language/catalogues';
import { remedyInNodeRed } from '../shared/remedies';

/** An installation as messages name it. */
export interface InstallationName {
  id: string;
  name?: string;
}

const ONLINE = -2;

/** A value and where it came from. */
interface ReceivedValue extends Pick<Change, 'charger' | 'observation' | 'receivedAt'> {
  source: 'push' | 'rest' | 'store';
  stale: boolean;
}

/** One value of one charger at one time. */
export function observationItem(
  { charger, observation, source, receivedAt, stale }: ReceivedValue,
  installation: InstallationName,
): Item {
  const { id, name, value, unit, time } = observation;
  const origin = originOf(charger, installation);
  // Spread first, the other properties of a literal would take as long as everything else together.
  const facts: Facts = origin.facts();
  facts.source = source;
  facts.time = time ?? new Date(clock.cloud(receivedAt)).toISOString();
  facts.ageMs = time === undefined ? clock.now() - receivedAt : clock.sinceCloud(Date.parse(time));
  facts.stale = stale || (id === ONLINE && value === false);
  const payload: Partial<Observation> = { id, name };
  if (value !== undefined) payload.value = value;
  if (unit !== undefined) payload.unit = unit;
  return { payload, facts, topic: origin.topic(name) };
}

/** All values of one charger. */
export function snapshotItem(
  { snapshot, time, ageMs, stale }: StoreView,
  charger: KnownCharger,
  installation: InstallationName,
  source: 'push' | 'rest' | 'store',
): Item {
  const origin = originOf(charger, installation);
  const facts: Facts = { ...origin.facts(), source, time, ageMs, stale, ...reasonOf(snapshot) };
  return { payload: snapshot, facts, topic: origin.topic('state') };
}

/** What has happened at a charger, with its state right then. */
export function eventItem(event: ChargerEvent, charger: KnownCharger, installation: InstallationName): Item {
  const origin = originOf(charger, installation);
  const facts: Facts = {
    ...origin.facts(),
    time: event.time,
    ageMs: clock.sinceCloud(Date.parse(event.time)),
    stale: event.snapshot.online === false,
    ...reasonOf(event.snapshot),
  };
  const { warnings } = event;
  const payload = { ...event.snapshot, event: event.event, ...(warnings ? { warnings } : {}) };
  return { payload, facts, topic: origin.topic('event') };
}

/** The beginning or the end of a session among the events, with the state of its charger as it is known then. */
export function sessionEventItem(
  { kind, session }: LedgerEntry,
  view: StoreView,
  charger: KnownCharger,
  installation: InstallationName,
): Item {
  const item = snapshotItem(view, charger, installation, 'store');
  const payload = { ...view.snapshot, sessionId: session.id, event: kind };
  return { ...item, payload, topic: originOf(charger, installation).topic('event') };
}

/** A session that has ended, flat, as CSV and databases like it. */
export function sessionItem({ session }: LedgerEntry, charger: KnownCharger, installation: InstallationName): Item {
  const origin = originOf(charger, installation);
  return { payload: session, facts: origin.facts(), topic: origin.topic('session') };
}

/** How the feed of an installation is doing. */
export function feedItem(status: FeedStatus, installation: InstallationName, words: Words): Item {
  const facts: Facts = { ...installationFacts(installation) };
  const { code = '', text, remedy } = status;
  const payload = {
    ...status,
    text: words(text),
    ...(remedy === undefined ? {} : { remedy: words(remedyInNodeRed(code, remedy)) }),
  };
  return { payload, facts, topic: topicOf(facts, 'feed') };
}

/** The feed itself was lost or is back: the events that belong to no charger. */
export function streamItem(
  event: 'stream-lost' | 'stream-back',
  { since, text, code }: FeedStatus,
  installation: InstallationName,
  words: Words,
): Item {
  const facts: Facts = { ...installationFacts(installation), time: since };
  return { payload: { event, text: words(text), ...(code ? { code } : {}) }, facts, topic: topicOf(facts, 'event') };
}

function reasonOf({ reason }: StoreView['snapshot']): Pick<Facts, 'reason'> {
  return reason === undefined ? {} : { reason };
}

type OriginFacts = Pick<Facts, 'installation' | 'charger'>;

/** What every message of a charger says of it. */
class Origin {
  readonly #facts: OriginFacts;
  readonly #topic: string;

  constructor(charger: KnownCharger, installation: InstallationName) {
    const facts = chargerFacts(charger);
    // The list of chargers has only the id of the installation.
    this.#facts = charger.installationId === installation.id ? { ...facts, ...installationFacts(installation) } : facts;
    this.#topic = topicOf(this.#facts, '');
  }

  /** A copy of its own for each message. */
  facts(): OriginFacts {
    const { installation, charger } = this.#facts;
    const facts: OriginFacts = {};
    if (installation) facts.installation = { ...installation };
    if (charger) facts.charger = { ...charger };
    return facts;
  }

  topic(what: string): string {
    return this.#topic + what;
  }
}

/** They are made once, since a busy feed has thousands of messages a second. */
const origins = new WeakMap<InstallationName, WeakMap<KnownCharger, Origin>>();

/** @param charger as the store knows it: once it learns more, it is another object. */
function originOf(charger: KnownCharger, installation: InstallationName): Origin {
  return origins.get(installation)?.get(charger) ?? newOrigin(charger, installation);
}

function newOrigin(charger: KnownCharger, installation: InstallationName): Origin {
  const origin = new Origin(charger, installation);
  const known = origins.get(installation) ?? new WeakMap<KnownCharger, Origin>();
  origins.set(installation, known.set(charger, origin));
  return origin;
}
