import type { Attempt } from './attempt';

/** At most so many times is one request sent. */
export const MOST_TRIES = 5;
/** From its first try on, a request has this long to succeed, in ms. */
export const TOTAL_MS = 120_000;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const AWAY: ReadonlySet<number> = new Set([502, 503, 504, 524]);

export interface Repeatability {
  method: string;
  /** False for what must never happen twice, such as a restart. */
  repeatable: boolean;
}

/**
 * Whether the request may be sent again (`users-and-peers.md` A1 17): what was certainly not acted upon always, what
 * may have been acted upon only where acting twice does no harm, and a refusal with a reason of Zaptec's never.
 */
export function mayRetry(attempt: Attempt, request: Repeatability): boolean {
  if (attempt.kind === 'answer') {
    const { status } = attempt;
    if (status === 429) return true;
    if (attempt.zaptecCode !== undefined) return false;
    if (status === 504 || status === 524) return request.repeatable;
    if (AWAY.has(status)) return true;
    return status === 500 && request.method === 'GET';
  }
  if (attempt.kind === 'unreachable') return true;
  if (attempt.kind === 'dropped' || attempt.kind === 'timeout') return request.repeatable;
  return false;
}

/**
 * How long to wait before the next try, in ms: exponential with jitter, never less than the gap before, so that a
 * request which keeps failing becomes ever less of a burden.
 * @param tries how many were made, from 1.
 * @param lastGapMs time between the two tries before this one; 0 if there were none.
 * @param retryAfterMs what the server asked for; it lengthens the wait, never shortens it.
 * @param random 0 to 1.
 */
export function delayBefore(tries: number, lastGapMs: number, retryAfterMs: number, random = Math.random()): number {
  const growing = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  const jittered = growing * (0.5 + random / 2);
  return Math.max(jittered, retryAfterMs + jittered / 4, lastGapMs * 1.2 + 50);
}

/**
 * The wait that a `Retry-After` header asks for, in ms, at least a second; undefined when there is none.
 * @param header seconds or an HTTP date.
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(1000, ms) : undefined;
}
