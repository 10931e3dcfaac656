/** ms */
export const SECOND = 1000;
/** ms */
export const MINUTE = 60 * SECOND;
/** ms */
export const HOUR = 60 * MINUTE;
/** ms */
export const DAY = 24 * HOUR;
/** ms; readings of sessions and the meter are taken on the quarter of an hour. */
export const QUARTER = 15 * MINUTE;
