import type { Currents } from '../types';
import { lowest } from '../currents';
import { planOf, type Plan } from '../plan';
import { look, lookFirst } from './looking';
import { TRUSTED_MS, type GovernorState } from './state';
import { defer, settle } from './report';
import { fly } from './write';

/** While somebody has a wish, what the cloud has is looked at so often, in ms. */
const LOOK_MS = 60 * 60_000;

/** What would make the wishes true, as far as may be done now. What the cloud has must be known. */
export function nextOf(state: GovernorState, now: number): Plan {
  const { belief, book, pacing } = state;
  const present = belief.most as Currents;
  const target = book.desired(state.base ?? present, state.maxCurrent);
  // A write in doubt may have acted: what lowers by the one reading must not raise by the other.
  const desired = belief.inDoubt ? lowest(target, belief.least as Currents) : target;
  const wanted = { present, desired, limit: book.limit, ...book.pace, sparing: true };
  return planOf({ ...wanted, retrying: state.sameWrite(now), hold: book.silence(now) }, pacing, now);
}

/** Makes the wishes true, as far as may be done now. */
export function pursue(state: GovernorState, now: number): void {
  const { belief, book, writes } = state;
  const plan = nextOf(state, now);
  switch (plan.do) {
    case 'nothing':
    case 'drop':
      if (now - belief.at > TRUSTED_MS && isAsked(state)) {
        lookFirst(state, true, now);
        return;
      }
      settle(state, now, plan.do === 'drop' ? 'dropped' : 'unchanged', book.serial);
      break;
    case 'wait':
      state.wake(plan.until);
      defer(state, plan.until, undefined, now);
      break;
    case 'write':
      if (now >= writes.at) {
        fly(state, plan);
        return;
      }
      state.wake(writes.at);
      defer(state, writes.at, writes.error, now);
      break;
  }
  const lookAt = Math.min(state.lookAt, belief.readAt + LOOK_MS);
  if (now >= lookAt) look(state, true, now);
  else state.wake(lookAt);
}

function isAsked({ book }: GovernorState): boolean {
  return book.entries.some(({ wish }) => wish !== undefined && wish.state !== 'settled');
}
