import {
  Calendar,
  type CallOptions,
  type Installation,
  type ZaptecClient,
  zaptecError,
  phrase,
} from '../../src/client';
import { installationFacts, type Facts } from '../shared/message';
import type { SessionsQuery } from './query';

/** Where sessions are read, and in which time zone its days begin. */
export interface Place {
  of: { installationId: string } | { chargerId: string };
  /** What the watermark knows it by. */
  key: string;
  calendar: Calendar;
}

export interface Places {
  places: Place[];
  /** The installation, if there is only one. */
  about: Facts;
}

type Options = CallOptions & { signal: AbortSignal };

/**
 * The chargers that are named, or else the installations, or else all that the account has.
 * @param timeZone blank for that of each installation.
 * @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS`, `INPUT_INVALID`
 */
export async function placesOf(
  client: ZaptecClient,
  { installations, chargers }: SessionsQuery,
  timeZone: string,
  options: Options,
): Promise<Places> {
  const zones = new Zones(client, timeZone, options);
  const chosen = await chosenInstallations(client, installations, options);
  const [only, ...others] = chosen;
  const about = only && others.length === 0 ? installationFacts(only) : {};
  const places = new Map<string, Place>();
  if (chargers.length === 0) {
    for (const { id } of chosen) {
      const of = { installationId: id };
      places.set(id, { of, key: phrase`installation ${id}`, calendar: await zones.of(id) });
    }
    return { places: [...places.values()], about };
  }
  const within = only && installations.length === 1 ? { installationId: only.id } : {};
  for (const reference of chargers) {
    const { id, installationId } = await client.resolve.charger(reference, { ...options, ...within });
    const calendar = await zones.of(installationId ?? only?.id);
    places.set(id, { of: { chargerId: id }, key: phrase`charger ${id}`, calendar });
  }
  return { places: [...places.values()], about };
}

async function chosenInstallations(
  client: ZaptecClient,
  references: readonly string[],
  options: Options,
): Promise<Installation[]> {
  if (references.length === 0) {
    const { data } = await client.installations.list(options);
    if (data.length > 0) return data;
    throw zaptecError('INPUT_INVALID', 'The account has no installation', {
      remedy: 'Ask its owner for access in the Zaptec portal',
    });
  }
  // By id, so that one that was named twice is read once.
  const found = new Map<string, Installation>();
  for (const reference of references) {
    const installation = await client.resolve.installation(reference, options);
    found.set(installation.id, installation);
  }
  return [...found.values()];
}

/** The calendars of installations. */
class Zones {
  readonly #client: ZaptecClient;
  readonly #given: Calendar | undefined;
  readonly #options: Options;
  readonly #byInstallation = new Map<string, Calendar>();
  /** Places of one zone share their calendar, and what depends on it. */
  readonly #byZone = new Map<string, Calendar>();

  constructor(client: ZaptecClient, timeZone: string, options: Options) {
    this.#client = client;
    this.#given = timeZone.trim() === '' ? undefined : new Calendar(timeZone);
    this.#options = options;
  }

  async of(installationId: string | undefined): Promise<Calendar> {
    if (this.#given) return this.#given;
    if (installationId === undefined) throw unknownZone('the charger');
    const known = this.#byInstallation.get(installationId);
    if (known) return known;
    const { data } = await this.#client.installations.get(installationId, this.#options);
    const zone = data['timeZoneIanaName'];
    if (typeof zone !== 'string' || zone.trim() === '') throw unknownZone(data.name ?? installationId);
    const calendar = this.#byZone.get(zone) ?? new Calendar(zone);
    this.#byZone.set(zone, calendar);
    this.#byInstallation.set(installationId, calendar);
    return calendar;
  }
}

/** A bill in another zone would have other days. */
function unknownZone(what: string) {
  return zaptecError('INPUT_INVALID', phrase`Zaptec does not say in which time zone ${what} is`, {
    remedy: 'Enter the time zone in the dialog, such as Europe/Oslo',
  });
}
