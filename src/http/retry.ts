import { doubled, longerThan } from '../time/backoff';
import type { Attempt } from './attempt';

/** How often one request is sent at most. */
export const MOST_TRIES = 5;
/** How long after its first try a request may be sent again, in ms. */
export const TOTAL_MS = 120_000;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const AWAY: ReadonlySet<number> = new Set([502, 503, 504, 524]);

export interface Repeatability {
  method: string;
  /** False for a request that must never act twice, such as a restart. */
  repeatable: boolean;
}

/**
 * Whether the request may be sent again: always when Zaptec certainly did not act on it, only where acting twice does no
 * harm when Zaptec may have acted, and never when Zaptec refused with a code of its own.
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
  const jittered = doubled(FIRST_DELAY_MS, LONGEST_DELAY_MS, tries - 1) * (0.5 + random / 2);
  return Math.max(jittered, retryAfterMs + jittered / 4, longerThan(lastGapMs));
}
