import { isSame, shown } from '../currents';
import type { Currents } from '../types';
import type { GovernorState } from './state';
import { supersede, tellEach } from './report';

/** Somebody else has set another value: a limit holds in any case, a target as its node wants it. */
export function takeForeign(state: GovernorState, currents: Currents): void {
  state.base = currents;
  state.following.reset();
  const pursued = state.book.entries.filter(({ wish }) => !wish?.suspended);
  tellEach(state, pursued, 'foreign-change', `Somebody else has set ${shown(currents)}`);
  const { target } = state.book;
  if (!target || target.wish.suspended || isSame(target.wish.currents, currents)) return;
  const policy = target.settings.foreign;
  if (policy === 'reassert') {
    if (target.wish.state === 'settled') target.wish.state = 'waiting';
    return;
  }
  supersede(state, target, target.wish);
  target.wish.suspended = policy === 'yield' ? 'yielded' : 'foreign';
}
