import type { CallOptions } from '../http/cache';
import { zaptecError } from '../errors/zaptec-error';
import { isGuid } from '../zaptec/guid';
import type { Charger, ChargersApi } from './chargers';
import type { Installation, InstallationsApi } from './installations';
import type { Identified } from './shape';
import { clock } from '../time/clock';

/** A list is not read again for the sake of an unknown name more often than this, in ms. */
const LOOK_AGAIN_MS = 30 * 60_000;
const MOST_CANDIDATES = 5;

type Read<T> = (options: CallOptions) => Promise<{ data: T[] }>;

/** From what people type (id, name, serial) to the object meant. */
export class Resolve {
  readonly #installations: InstallationsApi;
  readonly #chargers: ChargersApi;
  readonly #lookedAgainAt = new Map<string, number>();

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
    const wish = { ...options, refresh: false };
    const found =
      pick(kind, ref, (await read(wish)).data, keys) ?? (await this.#lookAgain(kind, ref, wish, read, keys));
    if (found) return found;
    // A list can lag behind; an id is sent as it is, and the cloud tells whether it exists.
    if (isGuid(ref)) return { id: ref.toLowerCase() } as T;
    throw zaptecError('NOT_FOUND', `No ${kind} is called "${ref.slice(0, 60)}"`);
  }

  async #lookAgain<T extends Identified>(
    kind: string,
    ref: string,
    options: CallOptions,
    read: Read<T>,
    keys: (item: T) => (string | undefined)[],
  ): Promise<T | undefined> {
    if (clock.steady() - (this.#lookedAgainAt.get(kind) ?? -Infinity) < LOOK_AGAIN_MS) return undefined;
    this.#lookedAgainAt.set(kind, clock.steady());
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
