import { DAY } from '../durations';

const MARCH = 2;
const OCTOBER = 9;

/** Whether the clocks of Europe change on the day that begins at a midnight (UTC): the last Sundays of March and October. */
export function isClockChange(midnight: number): boolean {
  const day = new Date(midnight);
  const month = day.getUTCMonth();
  const isLastSunday = day.getUTCDay() === 0 && new Date(midnight + 7 * DAY).getUTCMonth() !== month;
  return isLastSunday && (month === MARCH || month === OCTOBER);
}
