import { DESCRIBED_OBSERVATIONS } from '../properties';
import { word } from './words';

/** An observation of the table. */
interface Named {
  id: string;
  name?: string;
}

const isDescribed = ({ id }: Named): boolean => DESCRIBED_OBSERVATIONS.includes(Number(id));

/** `TotalChargePower` as `total charge power`; abbreviations stay. */
const inWords = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(' ')
    .map((part) => (/^[A-Z]{2,}/.test(part) ? part : part.toLowerCase()))
    .join(' ');

/** An observation with its description: from the documentation, or else its name in words. */
export const described = <T extends Named>(item: T): T & { description: string } => ({
  ...item,
  description: isDescribed(item) ? word(`observation.${item.id}`) : inWords(item.name?.split(', ')[0] ?? ''),
});

/** Those that flows use come first. */
export const byUse = (one: Named, other: Named): number => Number(isDescribed(other)) - Number(isDescribed(one));
