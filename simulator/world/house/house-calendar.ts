import { DAY } from '../../durations';
import { localDay } from './local-day';
import type { SeasonName } from './season';

/** The days that a house lives. */
export interface HouseCalendar {
  /** `any`: the season of the chosen date, or none where no date is chosen. */
  season: SeasonName;
  /** How far the chosen date lies from that of the world, ms, a whole number of days; absent: none was chosen. */
  shiftMs?: number;
}

/** What sun, house and prices depend on. */
interface HouseMoment {
  season: SeasonName;
  /** ms since 1970; its time of day is that of the world. */
  at: number;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** By month, from January. */
const SEASONS = [
  'winter',
  'winter',
  'spring',
  'spring',
  'spring',
  'summer',
  'summer',
  'summer',
  'autumn',
  'autumn',
  'autumn',
  'winter',
] as const satisfies readonly SeasonName[];

/** A date that exists, as `2026-06-21`. */
export function isDate(text: string): boolean {
  const at = DATE.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** Lets the house live the chosen date at `now`, and the days after it from there on. @param date as `isDate` takes it */
export function shiftTo(date: string, now: number): number {
  return (Date.parse(`${date}T00:00:00Z`) / DAY - localDay(now)) * DAY;
}

/** @param time of the world */
export function houseMoment({ season, shiftMs }: HouseCalendar, time: number): HouseMoment {
  if (shiftMs === undefined) return { season, at: time };
  const at = time + shiftMs;
  const month = new Date(localDay(at) * DAY).getUTCMonth();
  return { season: season === 'any' ? (SEASONS[month] ?? season) : season, at };
}
