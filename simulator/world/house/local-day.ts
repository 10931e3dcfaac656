import { DAY, HOUR } from '../../durations';

/** The house lives an hour ahead of UTC all year. */
const OFFSET = HOUR;

/** Hours since local midnight, with parts. */
export const localHour = (time: number): number => ((((time + OFFSET) % DAY) + DAY) % DAY) / HOUR;

/** The number of the local day since 1970. */
export const localDay = (time: number): number => Math.floor((time + OFFSET) / DAY);

/** When the local day of a time began. */
export const midnightOf = (time: number): number => localDay(time) * DAY - OFFSET;

/** The next time at which the local day is so many hours old; the time itself where it is that already. */
export const nextLocalHour = (time: number, hour: number): number => {
  const today = midnightOf(time) + hour * HOUR;
  return today >= time ? today : today + DAY;
};
