import {
  type Answer,
  type Charger,
  type Installation,
  constantsTable,
  modelOf,
  nearestNames,
  present,
  roleOf,
  type ZaptecClient,
  zaptecError,
} from '../../../src/client';

/** One thing that a picker offers; only with the fields that the cloud has sent. */
interface Item {
  id: string;
  name?: string;
  serial?: string;
  model?: string;
  /** The installation of a charger, the town of an installation. */
  site?: string;
  /** The id of the installation of a charger. */
  siteId?: string;
  online?: boolean;
  role?: string;
  unit?: string;
}

interface List {
  items: Item[];
  /** How old the answer is, in ms: a list must not be stale in silence. */
  ageMs: number;
}

interface Options {
  lane: 'editor';
  refresh: boolean;
}

const LISTS: Readonly<Record<string, (client: ZaptecClient, options: Options) => Promise<List>>> = {
  charger: async (client, options) => listed(await client.chargers.list(options), chargerItem),
  installation: async (client, options) => listed(await client.installations.list(options), installationItem),
  userGroup: userGroups,
};

/** @throws ZaptecError `INPUT_INVALID`, and whatever the cloud refuses. */
export async function listOf(
  client: ZaptecClient,
  { kind, refresh, near }: Readonly<Record<string, unknown>>,
): Promise<List> {
  const read = typeof kind === 'string' && Object.hasOwn(LISTS, kind) ? LISTS[kind] : undefined;
  if (!read) throw zaptecError('INPUT_INVALID', 'There is no such list', { remedy: 'Reload the editor' });
  return nearTo(near, await read(client, { lane: 'editor', refresh: refresh === true }));
}

/** What a text may mean that is no name, nearest first; all of the list without a text. */
function nearTo(text: unknown, { items, ageMs }: List): List {
  if (typeof text !== 'string') return { items, ageMs };
  const names = new Map(items.flatMap((item) => namesOf(item).map((name) => [name, item])));
  const nearest = nearestNames(text, [...names.keys()]).map((name) => ({ ...names.get(name), name }) as Item);
  return { items: nearest, ageMs };
}

/** An observation may have a name for each family of chargers. */
const namesOf = ({ name, id }: Item): string[] => name?.split(', ') ?? [id];

function listed<T>({ data, meta }: Answer<T[]>, item: (thing: T) => Item): List {
  return { items: data.map(item), ageMs: meta.ageMs };
}

function chargerItem(charger: Charger): Item {
  const { id, name, deviceId, deviceType, installationId, installationName, isOnline, currentUserRoles } = charger;
  return present<Item>({
    id,
    name: textOrNone(name),
    serial: textOrNone(deviceId),
    model: modelOf(deviceId, deviceType),
    site: textOrNone(installationName),
    siteId: textOrNone(installationId),
    online: typeof isOnline === 'boolean' ? isOnline : undefined,
    role: roleOf(currentUserRoles),
  });
}

function installationItem(installation: Installation): Item {
  const { id, name, city, currentUserRoles } = installation;
  return present<Item>({ id, name: textOrNone(name), site: textOrNone(city), role: roleOf(currentUserRoles) });
}

/** The groups that stand behind the installations: asking for groups themselves is not documented. */
async function userGroups(client: ZaptecClient, options: Options): Promise<List> {
  const { data, meta } = await client.installations.list(options);
  const groups = new Map<string, Item>();
  for (const { supportGroup, name: site } of data) {
    const { id, name } = (supportGroup ?? {}) as { id?: unknown; name?: unknown };
    if (typeof id === 'string') groups.set(id, present<Item>({ id, name: textOrNone(name), site: textOrNone(site) }));
  }
  return { items: [...groups.values()], ageMs: meta.ageMs };
}

/** Every observation of Zaptec's table, with its names in each family of chargers: no account is needed to read it. */
export function observations({ near }: Readonly<Record<string, unknown>> = {}): List {
  const items = [...constantsTable().observations.values()].map(({ id, name, nameByDevice, unit }) =>
    present<Item>({
      id: String(id),
      name: [...new Set([name, ...Object.values(nameByDevice ?? {})])].join(', '),
      unit,
    }),
  );
  return nearTo(near, { items, ageMs: 0 });
}

/** A field of an unexpected type is left out and does no harm. */
function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
