import { zaptecError, type ZaptecError } from '../../errors/zaptec-error';
import { everyPhase, isAbove, isSame, lowest, roundedDown, shown } from '../currents';
import type { Currents } from '../types';
import { planOf, type Plan } from '../plan';
import type { OneOffWrite } from './one-off-writes';
import { look } from './looking';
import { TRUSTED_MS, type GovernorState } from './state';
import { fly } from './write';

const NO_HOLD = { raise: -Infinity, lower: -Infinity } as const;

/** Sends the next write that somebody waits for, or tells why it is not sent. */
export function shoot(state: GovernorState, now: number): void {
  const shot = state.shots.next;
  if (!shot) return;
  if (now < shot.tries.at) {
    state.wake(shot.tries.at);
    return;
  }
  const isKnown = state.belief.at >= (shot.currents ? now - TRUSTED_MS : shot.askedAt);
  const unread = state.reads.tries > 0 ? state.reads.error : undefined;
  if (!isKnown && !unread) {
    look(state, true, now);
    return;
  }
  const verdict = (isKnown ? undefined : unread) ?? judge(state, shot, now);
  if (verdict instanceof Error) state.do(state.shots.answer(shot.key, { ok: false, error: verdict }));
  else if (verdict === 'unchanged') state.do(state.shots.answer(shot.key, { ok: true, sent: false }));
  else {
    fly(state, verdict, shot.key);
    return;
  }
  shoot(state, now);
}

/** A caller waits for its answer, so that what may not be sent now is refused and not kept. */
export function judge(
  state: GovernorState,
  shot: OneOffWrite,
  now: number,
): Extract<Plan, { do: 'write' }> | 'unchanged' | ZaptecError {
  const { book, pacing } = state;
  const present = state.belief.currents as Currents;
  const most = everyPhase(shot.maxCurrent ?? state.maxCurrent);
  const { limit, pace } = book;
  const write = { do: 'write', early: false, counted: false } as const;
  if (!shot.currents) return { ...write, currents: lowest(present, limit, most) };
  const wanted = roundedDown(shot.currents);
  if (isAbove(wanted, most)) {
    return zaptecError('ABOVE_MAXIMUM', `${shown(wanted)} is more than the maximum of ${shown(most)}`);
  }
  if (isAbove(wanted, limit)) {
    return zaptecError('ABOVE_LIMIT', `${shown(wanted)} is more than the limit of ${shown(limit)} that a node keeps`);
  }
  if (isSame(wanted, present)) return shot.hasOthers ? { ...write, currents: present } : 'unchanged';
  const plan = planOf(
    {
      present,
      desired: wanted,
      limit,
      ...pace,
      deadBandA: 0,
      sparing: false,
      lowerAtOnce: true,
      hold: NO_HOLD,
      retrying: state.sameWrite(now),
    },
    pacing,
    now,
  );
  if (plan.do === 'write' && isSame(plan.currents, wanted)) return plan;
  const raises = isAbove(wanted, present);
  const at = plan.do === 'wait' && !raises ? plan.until : pacing.raiseAt(pace.intervalMs);
  const until = new Date(at).toISOString();
  return zaptecError('TOO_SOON', `The current was set a moment ago, and ${shown(wanted)} may be set from ${until} on`);
}
