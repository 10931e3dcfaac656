import { zaptecError } from '../errors/zaptec-error';
import type { CallOptions } from '../http/cache';
import { clock } from '../time/clock';
import { isGuid } from '../zaptec/guid';
import type { Charger, ChargersApi } from './chargers';
import type { Installation, InstallationsApi } from './installations';
import type { Identified } from './shape';

/** How often an unknown name may make a list be read again, in ms. */
const REFRESH_MS = 30 * 60_000;
const MOST_CANDIDATES = 5;

type Read<T> = (options: CallOptions) => Promise<{ data: T[] }>;

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
    return this.#find('installation', ref, options, (o) => this.#installations.list(o), keysOf);
  }

  /**
   * @param options.installationId looks only among the chargers of one installation.
   * @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS`
   */
  charger(ref: string, options: CallOptions & { installationId?: string } = {}): Promise<Charger> {
    const { installationId, ...call } = options;
    const among = async (o: CallOptions) => {
      const { data } = await this.#chargers.list(o);
      return { data: installationId ? data.filter((charger) => charger.installationId === installationId) : data };
    };
    return this.#find('charger', ref, call, among, (charger: Charger) => [...keysOf(charger), charger.deviceId]);
  }

  async #find<T extends Identified>(
    kind: string,
    typed: string,
    options: CallOptions,
    read: Read<T>,
    keys: (item: T) => (string | undefined)[],
  ): Promise<T> {
    const ref = typed.trim();
    const listed = pick(kind, ref, (await read({ ...options, refresh: false })).data, keys);
    const found = listed ?? (await this.#refresh(kind, ref, options, read, keys));
    if (found) return found;
    // A list can lag behind: only the cloud itself knows whether an id exists.
    if (isGuid(ref)) return { id: ref.toLowerCase() } as T;
    throw zaptecError('NOT_FOUND', `No ${kind} is called "${ref.slice(0, 60)}"`);
  }

  async #refresh<T extends Identified>(
    kind: string,
    ref: string,
    options: CallOptions,
    read: Read<T>,
    keys: (item: T) => (string | undefined)[],
  ): Promise<T | undefined> {
    const now = clock.steady();
    if (now - (this.#refreshedAt.get(kind) ?? -Infinity) < REFRESH_MS) return undefined;
    this.#refreshedAt.set(kind, now);
    return pick(kind, ref, (await read({ ...options, refresh: true })).data, keys);
  }
}

function keysOf(item: Identified): (string | undefined)[] {
  return [item.id, item['name'] as string | undefined];
}

/** An exact match goes before one that differs in case only. */
function pick<T extends Identified>(
  kind: string,
  ref: string,
  items: readonly T[],
  keys: (item: T) => (string | undefined)[],
): T | undefined {
  const exact = items.filter((item) => keys(item).includes(ref));
  const lower = ref.toLowerCase();
  const matches =
    exact.length > 0 ? exact : items.filter((item) => keys(item).some((key) => key?.toLowerCase() === lower));
  if (matches.length > 1) throw ambiguous(kind, ref, matches, keys);
  return matches[0];
}

function ambiguous<T extends Identified>(
  kind: string,
  ref: string,
  matches: readonly T[],
  keys: (item: T) => (string | undefined)[],
): Error {
  const shown = matches.slice(0, MOST_CANDIDATES).map((item) => {
    const where = typeof item['installationName'] === 'string' ? ` in ${item['installationName']}` : '';
    return `${keys(item)
      .filter((key) => key !== undefined && key !== ref)
      .join(' ')}${where}`;
  });
  const more = matches.length > MOST_CANDIDATES ? ` and ${matches.length - MOST_CANDIDATES} more` : '';
  return zaptecError('AMBIGUOUS', `${matches.length} ${kind}s are called "${ref}": ${shown.join('; ')}${more}`);
}
