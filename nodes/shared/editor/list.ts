import type { Account } from './account';
import { ask } from './ask';
import { learnNames } from './names';
import { word } from './words';

export type Kind = 'charger' | 'installation' | 'userGroup' | 'observation';

/** One thing that a picker offers; only with the fields that the cloud has sent. */
export interface Item {
  id: string;
  name?: string;
  serial?: string;
  model?: string;
  site?: string;
  online?: boolean;
  role?: string;
  unit?: string;
}

export interface List {
  items: Item[];
  /** When the list was read, ms since 1970. */
  readAt: number;
}

/** @throws Failure */
export const readList = async (kind: Kind, account: Account | undefined, refresh: boolean): Promise<List> => {
  const { items, ageMs } =
    kind === 'observation'
      ? await ask<{ items: Item[]; ageMs: number }>('observations', {})
      : await ask<{ items: Item[]; ageMs: number }>(`${account?.path ?? ''}lists`, { ...account?.body, kind, refresh });
  if (kind === 'charger' || kind === 'installation') learnNames(items);
  return { items, readAt: Date.now() - ageMs };
};

/** What distinguishes a thing from others of the same name. */
export const detailOf = ({ model, serial, site, online, role, unit }: Item): string =>
  [
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

/** How long ago something was, in words. */
export const age = (readAt: number): string => {
  const minutes = Math.round((Date.now() - readAt) / 60_000);
  return minutes < 1 ? word('picker.now') : word('picker.minutes', { n: minutes });
};
