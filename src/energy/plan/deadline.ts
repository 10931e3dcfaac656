import { zaptecError } from '../../errors/zaptec-error';
import { WEEKDAYS, type Calendar, type Weekday } from '../calendar';
import { phrase } from '../../errors/phrase';

/** On which days a goal is due. */
export type Days = 'daily' | 'weekdays' | 'chosen' | 'once';

const TIME_OF_DAY = /^\s*([01]?\d|2[0-4])[:.]([0-5]\d)\s*$/;
const MINUTES_A_DAY = 1_440;
/** The next chosen day is at most so many days away. */
const MOST_DAYS = 8;

/**
 * A time of day in minutes since midnight; `24:00` is midnight, as `00:00` is.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function minutesOf(by: string): number {
  const [, hours, minutes] = TIME_OF_DAY.exec(by) ?? [];
  const all = Number(hours) * 60 + Number(minutes);
  if (all <= MINUTES_A_DAY) return all % MINUTES_A_DAY;
  throw zaptecError('INPUT_INVALID', phrase`by is "${by.slice(0, 20)}", no time of day`, {
    remedy: 'Use a time such as 07:00',
  });
}

const WORKING_DAYS: readonly Weekday[] = WEEKDAYS.slice(0, 5);

/** The days of the week on which a goal is due. */
export function dueDays(days: Days, chosen: readonly Weekday[]): readonly Weekday[] {
  if (days === 'weekdays') return WORKING_DAYS;
  // None chosen is no plan at all, which nobody wants.
  return days === 'chosen' && chosen.length > 0 ? chosen : WEEKDAYS;
}

/** The first time after `now` at which a goal is due; ms since 1970. */
export function nextDeadline(now: number, minutes: number, days: readonly Weekday[], calendar: Calendar): number {
  for (let later = 0; later < MOST_DAYS; later += 1) {
    const at = calendar.timeOfDay(now, minutes, later);
    // Midnight ends the day before.
    if (at > now && days.includes(calendar.weekday(at - 1))) return at;
  }
  return calendar.timeOfDay(now, minutes, MOST_DAYS);
}
