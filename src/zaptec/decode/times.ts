/**
 * Fields that hold a time, by their camelCase name. `timeZone…` does not end in any of these. `sessionStart` and
 * `sessionEnd` are the two of `/api/session/{id}` (docs/zaptec-api.md, "Session and priority") whose names do not say
 * it.
 */
const TIME_FIELD = /(?:Date|DateTime|On|Until|Time|Timestamp)$|^(?:date|time|timestamp|sessionStart|sessionEnd)$/;

/** Date and time of day, seconds and their fraction optional, then `Z`, an offset or nothing. */
const ISO_TIME =
  /^(\d{4}-(?:0[1-9]|1[0-2])-([0-3]\d)T(?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/i;

/** Longer than any time with a fraction of any sensible length. */
const LONGEST = 100;

/** Length of `2026-05-04T10:11:12.500Z`. */
const UTC_LENGTH = 24;

/** Only the days after this one do not exist in each month. */
const SHORTEST_MONTH = '28';

const MILLISECONDS = 3;

/**
 * Nearly every time of the bus and of a state, as far as its milliseconds: on a day that the calendar has for certain, so
 * that nothing is left to check. Only the 29th of February takes the longer way.
 */
export const USUAL_MILLISECONDS =
  /20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}/;
const USUAL_TIME = new RegExp(`^${USUAL_MILLISECONDS.source}\\d{0,4}Z?$`);

/** Whether the name of a field, in camelCase, says that it holds a time. */
export function isTimeField(field: string): boolean {
  return TIME_FIELD.test(field);
}

/** Whether a text can be a time at all: a cheap check before that of the field's name, since most texts are none. */
export function resemblesTime(text: string): boolean {
  return text[10] === 'T' && text[4] === '-';
}

/**
 * An ISO 8601 time as UTC with `Z` and at least milliseconds. A time without a zone is UTC, and its fraction may have any
 * length (docs/zaptec-api.md, "Conventions"), of which every digit is kept. A text that is no such time, a day alone
 * included, comes back as it was.
 */
export function toUtc(text: string): string {
  // Most observations are read twice, here and in the store: the second time their time is in this form already.
  if (text.length === UTC_LENGTH && text.endsWith('Z') && text[UTC_LENGTH - 5] === '.') return text;
  if (text.length > LONGEST) return text;
  if (USUAL_TIME.test(text)) return text.endsWith('Z') ? text : `${text}Z`;
  const [, minutes, day = '', seconds = ':00', fraction = '', zone = ''] = ISO_TIME.exec(text) ?? [];
  if (minutes === undefined) return text;
  const digits = fraction.padEnd(MILLISECONDS, '0');
  const second = minutes.toUpperCase() + seconds;
  if ((day > SHORTEST_MONTH || day === '00') && !isOnCalendar(`${second}.000Z`)) return text;
  if (zone === '' || zone === 'Z' || zone === 'z' || zone === '+00:00') return `${second}.${digits}Z`;
  // An offset has whole minutes and leaves the fraction as it is.
  const shifted = new Date(Date.parse(`${second}Z`) - offsetOf(zone)).toISOString();
  return `${shifted.slice(0, shifted.indexOf('.'))}.${digits}Z`;
}

/**
 * The same to the millisecond, but undefined for a text that is no such time. What is finer is cut off, since rounding
 * could give a time in the future.
 */
export function utcOf(text: string): string | undefined {
  if (USUAL_TIME.test(text)) return toMilliseconds(text);
  const wall = text.endsWith('Z') ? text.slice(0, -1) : text;
  const time = toUtc(wall);
  return time === wall ? undefined : toMilliseconds(time);
}

function toMilliseconds(time: string): string {
  return `${time.slice(0, UTC_LENGTH - 1)}Z`;
}

/** Date.parse may take the 30th of February for the 2nd of March, so the way back is compared. */
function isOnCalendar(utc: string): boolean {
  const time = Date.parse(utc);
  return !Number.isNaN(time) && new Date(time).toISOString() === utc;
}

/** An offset such as `+02:00` or `+0200` in milliseconds. */
function offsetOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
