import type { GovernorState } from './state';
import { defer } from './report';

/** Reads, unless that is under way or has just failed. @returns when, as far as is known. */
export function look(state: GovernorState, fresh: boolean, now: number, from = -Infinity): number {
  const at = Math.max(from, state.reads.at, state.notBefore);
  if (state.reading) return now;
  if (now >= at) {
    state.reading = true;
    state.lookAt = Infinity;
    state.do({ do: 'read', fresh });
  } else {
    state.wake(at);
  }
  return at;
}

/** The same where nothing can be decided before; after a failure the wishes hear that they wait. */
export function lookFirst(state: GovernorState, fresh: boolean, now: number, from = -Infinity): void {
  const at = look(state, fresh, now, from);
  const error = state.reads.error ?? state.writes.error;
  if (error && !state.reading) defer(state, at, error, now);
}
