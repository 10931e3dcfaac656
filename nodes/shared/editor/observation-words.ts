import { DESCRIBED } from '../described-observations';
import type { Item } from './list';
import { word } from './words';

const isDescribed = ({ id }: Item): boolean => DESCRIBED.includes(Number(id));

/** `TotalChargePower` as `total charge power`; abbreviations stay. */
const inWords = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(' ')
    .map((part) => (/^[A-Z]{2,}/.test(part) ? part : part.toLowerCase()))
    .join(' ');

/** An observation with its description: from the documentation, or else its name in words. */
export const described = (item: Item): Item => ({
  ...item,
  description: isDescribed(item) ? word(`observation.${item.id}`) : inWords(item.name?.split(', ')[0] ?? ''),
});

/** Those that flows use come first. */
export const byUse = (one: Item, other: Item): number => Number(isDescribed(other)) - Number(isDescribed(one));
