import type { Calendar, CalendarUnit, LocalDay } from '../energy/calendar';
import { readTime } from '../energy/read-time';
import { zaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

/** The days, weeks, months and years that have a name: their unit, and how many of it before the present one. */
const NAMED = {
  today: ['day', 0],
  yesterday: ['day', -1],
  'this-week': ['week', 0],
  'last-week': ['week', -1],
  'this-month': ['month', 0],
  'last-month': ['month', -1],
  'this-year': ['year', 0],
  'last-year': ['year', -1],
} as const satisfies Readonly<Record<string, readonly [CalendarUnit, number]>>;

/** Which time: one with a name, `since` a time, or `between` two. */
export const PERIODS = [...(Object.keys(NAMED) as (keyof typeof NAMED)[]), 'since', 'between'] as const;

/** A year, a month or a day without a time, which counts as a whole. */
const WHOLE: readonly (readonly [RegExp, CalendarUnit])[] = [
  [/^\d{4}$/, 'year'],
  [/^\d{4}-\d{2}$/, 'month'],
  [/^\d{4}-\d{2}-\d{2}$/, 'day'],
];

/** What a period needs to be a time. */
export interface PeriodQuery {
  period: unknown;
  /** The begin of `since` and `between`. */
  from?: unknown;
  /** The end of `between`. */
  to?: unknown;
}

/**
 * The time that a period means in a time zone; `end` is exclusive, and in the future for a day or month that goes on.
 * A year, month or day without a time counts as a whole: `to: '2026-03-31'` includes that day.
 * @param now ms since 1970.
 * @throws ZaptecError `INPUT_INVALID` that names the field, its value and what it may be.
 */
export function periodOf({ period, from, to }: PeriodQuery, now: number, calendar: Calendar): LocalDay {
  if (isNamed(period)) {
    const [unit, later] = NAMED[period];
    return calendar.span(now, unit, later);
  }
  if (period !== 'since' && period !== 'between') throw refusal('period', period, phrase`one of ${PERIODS.join(', ')}`);
  const start = edgeOf('from', from, calendar).start;
  if (period === 'since' || isBlank(to)) {
    if (start < now) return { start, end: now };
    throw refusal('from', from, 'a time before now');
  }
  const { end } = edgeOf('to', to, calendar);
  if (start < end) return { start, end };
  throw refusal('to', to, phrase`a time after from (${shown(from)})`);
}

function isNamed(period: unknown): period is keyof typeof NAMED {
  return typeof period === 'string' && Object.hasOwn(NAMED, period);
}

/** From the begin to the end of what is named; for a moment, both are that moment. */
function edgeOf(field: string, value: unknown, calendar: Calendar): LocalDay {
  const text = typeof value === 'string' ? value.trim() : value;
  const whole = typeof text === 'string' ? WHOLE.find(([pattern]) => pattern.test(text)) : undefined;
  const at = whole ? readTime(`${text as string}-01-01`.slice(0, 10), calendar) : readTime(text, calendar);
  if (at === undefined) {
    throw refusal(field, value, 'a day such as 2026-03-01, a time such as 2026-03-01T06:00, or ms since 1970');
  }
  return whole ? calendar.span(at, whole[1]) : { start: at, end: at };
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

function refusal(field: string, value: unknown, expected: string) {
  return zaptecError('INPUT_INVALID', phrase`${field} is ${isBlank(value) ? 'blank' : shown(value)}`, {
    remedy: phrase`Expected: ${expected}`,
  });
}

function shown(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  if (typeof value === 'object' && value !== null) return 'an object';
  return `"${String(value).slice(0, 40)}"`;
}
