import { isAbove } from '../currents';
import { lookFirst } from './looking';
import { pursue } from './pursuing';
import { recall } from './recalling';
import { shoot } from './one-off';
import type { GovernorState } from './state';
import { finish } from './report';

/** What to do now, after anything has happened. */
export function decide(state: GovernorState, now: number): void {
  recall(state, now);
  const { belief, book, shots, reads } = state;
  const wanted = book.isLive || !shots.isEmpty;
  if (!wanted || state.flight || isRefused(state, now)) return;
  const unread = reads.tries > 0 ? reads.error : undefined;
  const isBlind = !belief.currents || state.mustLook || belief.inDoubt;
  // Who waits for one write does not wait for better times.
  if (isBlind && unread) state.do(...shots.refuse(unread));
  if (!belief.currents || state.mustLook) {
    lookFirst(state, state.mustLook || state.record !== undefined, now);
  } else if (belief.inDoubt) {
    if (isDanger(state, now)) pursue(state, now);
    if (!hasFlown(state)) lookFirst(state, true, now, state.readBackAt);
  } else {
    // Safety first; whoever waits for one write of its own comes next.
    if (isAbove(belief.currents, book.limit)) pursue(state, now);
    if (!hasFlown(state)) shoot(state, now);
    if (!hasFlown(state) && book.isLive) pursue(state, now);
  }
}

/** Asked within one turn, in which a write may have begun. */
function hasFlown({ flight }: GovernorState): boolean {
  return flight !== undefined;
}

/** Tells so to everybody who waits. */
function isRefused(state: GovernorState, now: number): boolean {
  const { refusal } = state;
  if (!refusal) return false;
  if (now >= refusal.until) {
    state.refusal = undefined;
    state.mustLook = true;
    return false;
  }
  state.wake(refusal.until);
  const until = new Date(refusal.until).toISOString();
  for (const entry of state.book.entries) {
    if (entry.wish && (entry.wish.state !== 'settled' || entry.wish.asked.length > 0)) {
      finish(state, entry, entry.wish, 'refused', { until, error: refusal.error });
    }
  }
  state.do(...state.shots.refuse(refusal.error));
  return true;
}

/** A limit may be exceeded while nobody can tell: then it is lowered again before it is known. */
function isDanger({ belief: { most }, book, reads, writes }: GovernorState, now: number): boolean {
  return reads.tries > 0 && now >= writes.at && most !== undefined && isAbove(most, book.limit);
}
