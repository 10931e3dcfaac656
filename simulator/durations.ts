/** All durations are in ms. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The charger takes readings of sessions and of its meter on every full quarter of an hour. */
export const QUARTER = 15 * MINUTE;
