import {
  type Answer,
  type Charger,
  type Installation,
  modelOf,
  roleOf,
  type ZaptecClient,
  zaptecError,
} from '../../../src/client';

/** What a picker shows of one thing; only what the cloud has told. */
interface Item {
  id: string;
  name?: string;
  serial?: string;
  model?: string;
  /** The installation of a charger, the town of an installation. */
  site?: string;
  online?: boolean;
  role?: string;
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
  { kind, refresh }: Readonly<Record<string, unknown>>,
): Promise<List> {
  const read = typeof kind === 'string' && Object.hasOwn(LISTS, kind) ? LISTS[kind] : undefined;
  if (!read) throw zaptecError('INPUT_INVALID', 'There is no such list', { remedy: 'Reload the editor' });
  return read(client, { lane: 'editor', refresh: refresh === true });
}

function listed<T>({ data, meta }: Answer<T[]>, item: (thing: T) => Item): List {
  return { items: data.map(item), ageMs: meta.ageMs };
}

function chargerItem(charger: Charger): Item {
  const { id, name, deviceId, deviceType, installationName, isOnline, currentUserRoles } = charger;
  return {
    id,
    ...given({ name, serial: deviceId, model: modelOf(deviceId, deviceType), site: installationName }),
    ...(typeof isOnline === 'boolean' ? { online: isOnline } : {}),
    ...given({ role: roleOf(currentUserRoles) }),
  };
}

function installationItem(installation: Installation): Item {
  const { id, name, city, currentUserRoles } = installation;
  return { id, ...given({ name, site: city, role: roleOf(currentUserRoles) }) };
}

/** The groups that stand behind the installations: asking for groups themselves is not documented. */
async function userGroups(client: ZaptecClient, options: Options): Promise<List> {
  const { data, meta } = await client.installations.list(options);
  const groups = new Map<string, Item>();
  for (const { supportGroup, name: site } of data) {
    const { id, name } = (supportGroup ?? {}) as { id?: unknown; name?: unknown };
    if (typeof id === 'string') groups.set(id, { id, ...given({ name, site }) });
  }
  return { items: [...groups.values()], ageMs: meta.ageMs };
}

/** The texts among them; a strange field is left out and spoils nothing. */
function given<K extends string>(fields: Record<K, unknown>): Partial<Record<K, string>> {
  const texts = Object.entries(fields).filter(([, value]) => typeof value === 'string' && value !== '');
  return Object.fromEntries(texts) as Partial<Record<K, string>>;
}
