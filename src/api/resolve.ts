import { zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions } from '../http/cache';
import { clock } from '../time/clock';
import { isGuid } from '../zaptec/guid';
import type { JsonObject } from '../zaptec/json';
import type { Charger, ChargersApi } from './chargers';
import type { Installation, InstallationsApi } from './installations';
import { nearestNames } from '../zaptec/nearest';
import { entriesWithoutId } from './lists';
import type { Identified } from './shape';
import { phrase } from '../errors/phrase';

/** How often an unknown name may make a list be read again, in ms. */
const REFRESH_MS = 30 * 60_000;
const MOST_CANDIDATES = 5;

/** What to look in, and how. */
interface Among<T> {
  read: (options: CallOptions) => Promise<Answer<T[]>>;
  keys: (entry: JsonObject) => unknown[];
  includes?: (entry: JsonObject) => boolean;
}

/** Finds the installation or the charger that somebody means by an id, a name or a serial. */
export class Resolve {
  readonly #installations: InstallationsApi;
  readonly #chargers: ChargersApi;
  readonly #refreshedAt = new Map<string, number>();

  constructor(installations: InstallationsApi, chargers: ChargersApi) {
    this.#installations = installations;
    this.#chargers = chargers;
  }

  /** @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS` */
  installation(ref: string, options: CallOptions = {}): Promise<Installation> {
    return this.#find('installation', ref, options, { read: (o) => this.#installations.list(o), keys: keysOf });
  }

  /**
   * @param options.installationId looks only among the chargers of one installation.
   * @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS`
   */
  charger(ref: string, options: CallOptions & { installationId?: string } = {}): Promise<Charger> {
    const { installationId, ...call } = options;
    return this.#find<Charger>('charger', ref, call, {
      read: (o) => this.#chargers.list(o),
      keys: (entry) => [...keysOf(entry), entry['deviceId']],
      includes: (entry) => installationId === undefined || entry['installationId'] === installationId,
    });
  }

  async #find<T extends Identified>(kind: string, typed: string, options: CallOptions, among: Among<T>): Promise<T> {
    const ref = typed.trim();
    const { data } = await among.read({ ...options, refresh: false });
    const found = pick(kind, ref, data, among) ?? (await this.#refresh(kind, ref, options, among));
    if (found) return found;
    // A list can lag behind: only the cloud itself knows whether an id exists.
    if (isGuid(ref)) return { id: ref.toLowerCase() } as T;
    throw notFound(kind, ref, data.filter(among.includes ?? (() => true)));
  }

  async #refresh<T extends Identified>(
    kind: string,
    ref: string,
    options: CallOptions,
    among: Among<T>,
  ): Promise<T | undefined> {
    const now = clock.steady();
    if (now - (this.#refreshedAt.get(kind) ?? -Infinity) < REFRESH_MS) return undefined;
    const { data, meta } = await among.read({ ...options, refresh: true });
    // A list that is younger than the least time between two reads comes from the cache, and was not read again.
    if (meta.source === 'rest') this.#refreshedAt.set(kind, now);
    return pick(kind, ref, data, among);
  }
}

function keysOf(entry: JsonObject): unknown[] {
  return [entry['id'], entry['name']];
}

/**
 * An exact match goes before one that differs in case only.
 * @throws ZaptecError `AMBIGUOUS`; `BAD_ANSWER` where the only match has no usable id.
 */
function pick<T extends Identified>(
  kind: string,
  ref: string,
  items: readonly T[],
  { keys, includes = () => true }: Among<T>,
): T | undefined {
  const lower = ref.toLowerCase();
  const matching = <E extends JsonObject>(entries: readonly E[]) => {
    const among = entries.filter(includes);
    const exact = among.filter((entry) => keys(entry).includes(ref));
    if (exact.length > 0) return exact;
    return among.filter((entry) => keys(entry).some((key) => typeof key === 'string' && key.toLowerCase() === lower));
  };
  const matches = matching(items);
  if (matches.length > 1) throw ambiguous(kind, ref, matches, keys);
  const [withoutId] = matches.length === 0 ? matching(entriesWithoutId(items)) : [];
  if (withoutId) {
    const reason = phrase`Zaptec listed the ${kind} "${ref.slice(0, 60)}" with no usable text in the field Id`;
    throw zaptecError('BAD_ANSWER', reason);
  }
  return matches[0];
}

/** Names what somebody may have meant, for a slip of the finger. */
function notFound(kind: string, ref: string, items: readonly JsonObject[]): Error {
  const names = items.map(({ name, id }) => name ?? id).filter((name) => typeof name === 'string' && name !== '');
  const nearest = nearestNames(ref, names as string[]);
  const hint = nearest.length === 0 ? '' : phrase`; the nearest: ${nearest.join(', ')}`;
  return zaptecError('NOT_FOUND', phrase`No ${kind} is called "${ref.slice(0, 60)}"${hint}`);
}

function ambiguous(
  kind: string,
  ref: string,
  matches: readonly JsonObject[],
  keys: (entry: JsonObject) => unknown[],
): Error {
  const shown = matches.slice(0, MOST_CANDIDATES).map((item) => {
    const where = typeof item['installationName'] === 'string' ? phrase` in ${item['installationName']}` : '';
    const others = keys(item).filter((key) => typeof key === 'string' && key !== ref);
    return phrase`${others.join(' ')}${where}`;
  });
  const more = matches.length > MOST_CANDIDATES ? phrase` and ${matches.length - MOST_CANDIDATES} more` : '';
  return zaptecError('AMBIGUOUS', phrase`${matches.length} ${kind}s are called "${ref}": ${shown.join('; ')}${more}`);
}
