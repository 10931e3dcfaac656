import { variableOf } from '../variables';
import type { Account } from './account';
import { ask } from './ask';
import { learnNames } from './names';
import { byUse, described } from './observation-words';
import { word } from './words';

export type Kind = 'charger' | 'installation' | 'userGroup' | 'observation';

/** One thing that a picker offers; only with the fields that the cloud has sent. */
export interface Item {
  id: string;
  name?: string;
  serial?: string;
  model?: string;
  site?: string;
  /** The id of the installation of a charger. */
  siteId?: string;
  online?: boolean;
  role?: string;
  unit?: string;
  /** What an observation means. */
  description?: string;
}

export interface List {
  items: Item[];
  /** When the list was read, ms since 1970. */
  readAt: number;
}

/** As somebody would look for it: P2 before P10. */
const byName = (one: Item, other: Item): number =>
  (one.name ?? one.id).localeCompare(other.name ?? other.id, undefined, { numeric: true });

interface Question {
  refresh?: boolean;
  /** Asks for the things that this text may mean, although none is called so. */
  near?: string;
}

const request = (kind: Kind, account: Account | undefined, question: Question) =>
  kind === 'observation'
    ? ask<{ items: Item[]; ageMs: number }>('observations', question)
    : ask<{ items: Item[]; ageMs: number }>(`${account?.path ?? ''}lists`, { ...account?.body, kind, ...question });

/** In the order in which people look for things. @throws Failure */
export const readList = async (kind: Kind, account: Account | undefined, refresh: boolean): Promise<List> => {
  const { items, ageMs } = await request(kind, account, { refresh });
  if (kind === 'charger' || kind === 'installation') learnNames(items);
  const sorted = items.sort(byName);
  const list = kind === 'observation' ? sorted.sort(byUse).map(described) : sorted;
  return { items: list, readAt: Date.now() - ageMs };
};

/** The names that a text may mean, nearest first. @throws Failure */
export const readNearest = async (kind: Kind, account: Account | undefined, near: string): Promise<string[]> => {
  const { items } = await request(kind, account, { near });
  return items.map(({ name, id }) => name ?? id);
};

/** What distinguishes a thing from others of the same name. */
export const detailOf = ({ description, model, serial, site, online, role, unit }: Item): string =>
  [
    description,
    model,
    serial,
    site,
    unit,
    online === undefined ? undefined : word(online ? 'picker.online' : 'picker.offline'),
    role === undefined ? undefined : word(`role.${role}`),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

const searched = (item: Item): string => `${item.name ?? ''} ${item.id} ${detailOf(item)}`.toLowerCase();

/** The things in which every word of the search occurs, whatever the order. */
export const search = (items: readonly Item[], text: string): Item[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0
    ? [...items]
    : items.filter((item) => {
        const all = searched(item);
        return words.every((part) => all.includes(part));
      });
};

/** The thing that an id, a serial or a name means; undefined when it means none, or more than one. */
export const meant = (items: readonly Item[], text: string): Item | undefined => {
  const wanted = text.trim().toLowerCase();
  const same = (value: string | undefined) => value?.toLowerCase() === wanted;
  // An observation may have a name for each family of chargers.
  const named = (name = '') => same(name) || name.split(', ').some(same);
  const found = items.filter(({ id, serial, name }) => same(id) || same(serial) || named(name));
  return found.length === 1 ? found[0] : undefined;
};

/** Whether a text is to name something: not one that is blank, from the environment, or means everything. */
export const isName = (text: string): boolean =>
  text !== '' && text.toLowerCase() !== 'all' && variableOf(text) === undefined;

/** How long ago something was, in words. */
export const age = (readAt: number): string => {
  const minutes = Math.round((Date.now() - readAt) / 60_000);
  return minutes < 1 ? word('picker.now') : word('picker.minutes', { n: minutes });
};

/** The same of something that was so old, in ms, when it was asked for. */
export const since = (ageMs: number): string => age(Date.now() - ageMs);
