import type { Calendar } from './calendar';

/** Smaller numbers are seconds since 1970, as 1e11 ms is in 1973. */
const LEAST_MS = 1e11;
/** A time outside of these years is a fault. */
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2200, 0);

/** A time as ms or s since 1970, as a text or as a `Date`; undefined for anything else. */
export function readTime(value: unknown, calendar: Calendar, isUtc = false): number | undefined {
  const at = rawTime(value, calendar, isUtc);
  return at >= EARLIEST && at <= LATEST ? at : undefined;
}

function rawTime(value: unknown, calendar: Calendar, isUtc: boolean): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value < LEAST_MS ? value * 1_000 : value;
  if (typeof value !== 'string') return NaN;
  return /^\d{9,13}$/.test(value) ? rawTime(Number(value), calendar, isUtc) : calendar.read(value, isUtc);
}
