import { isSame } from '../currents';
import { nextOf } from './pursuing';
import { judge } from './one-off';
import type { PendingWrite, GovernorState } from './state';

/**
 * A write may wait long for its permit, or for the end of a pause after a 429. Until it leaves it is held against what
 * is wanted now: nothing may be sent above a limit that came meanwhile, nor for a wish that was taken back.
 */
export function recall(state: GovernorState, now: number): void {
  const { flight } = state;
  if (!flight || flight.sentAt !== undefined || isRightStill(state, flight, now)) return;
  state.flight = undefined;
  state.do({ do: 'recall', write: flight.write });
}

function isRightStill(state: GovernorState, { write }: PendingWrite, now: number): boolean {
  if (state.refusal || !state.belief.currents) return false;
  const plan = write.shot === undefined ? ofWishes(state, now) : ofShot(state, write.shot, now);
  return typeof plan === 'object' && 'do' in plan && plan.do === 'write' && isSame(plan.currents, write.currents);
}

function ofWishes(state: GovernorState, now: number) {
  return state.book.isLive ? nextOf(state, now) : undefined;
}

function ofShot(state: GovernorState, key: number, now: number) {
  const shot = state.shots.get(key);
  return shot && judge(state, shot, now);
}
