import type { Currents } from '../current-types';
import { planOf } from '../plan';
import { look, lookFirst } from './looking';
import { TRUSTED_MS, type GovernorState } from './state';
import { defer, settle } from './telling';
import { fly } from './writing';

/** While somebody has a wish, what the cloud has is looked at so often, in ms. */
const LOOK_MS = 60 * 60_000;

/** Makes the wishes true, as far as may be done now. */
export function pursue(state: GovernorState, now: number): void {
  const { belief, book, writes } = state;
  const present = (belief.inDoubt ? belief.most : belief.currents) as Currents;
  const desired = book.desired(state.base ?? present, state.maxCurrent);
  const plan = planOf(
    {
      present,
      desired,
      limit: book.limit,
      ...book.pace,
      sparing: true,
      retrying: state.sameWrite(now),
      hold: book.silence(now),
    },
    state.pacing,
    now,
  );
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
  const lookAt = Math.min(state.lookAt, belief.at + LOOK_MS);
  if (now >= lookAt) look(state, true, now);
  else state.wake(lookAt);
}

function isAsked({ book }: GovernorState): boolean {
  return book.entries.some(({ wish }) => wish !== undefined && wish.state !== 'settled');
}
