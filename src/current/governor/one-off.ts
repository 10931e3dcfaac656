import { zaptecError, type ZaptecError } from '../../errors/zaptec-error';
import { everyPhase, isAbove, isSame, lowest, roundedDown, shown } from '../currents';
import { planWrite, type WritePlan } from '../pacing';
import type { Currents } from '../types';
import type { OneOffWrite } from './one-off-writes';
import { TRUSTED_MS, type GovernorState } from './state';
import { startWrite } from './write';
import { phrase } from '../../errors/phrase';

const NO_LIMIT_AWAITED = { raise: -Infinity, lower: -Infinity } as const;

/** Sends the next write that a caller waits for, or answers why it is not sent. */
export function sendOneOff(state: GovernorState, now: number): void {
  const oneOff = state.oneOffs.next;
  if (!oneOff) return;
  if (now < oneOff.tries.at) {
    state.wake(oneOff.tries.at);
    return;
  }
  const isKnown = state.known.at >= (oneOff.currents ? now - TRUSTED_MS : oneOff.askedAt - state.readingAgeMs);
  const { readError } = state;
  if (!isKnown && !readError) {
    state.read(true, now);
    return;
  }
  const plan = (isKnown ? undefined : readError) ?? planOneOff(state, oneOff, now);
  if (plan instanceof Error) state.do(state.oneOffs.answer(oneOff.key, { ok: false, error: plan }));
  else if (plan === 'unchanged') state.do(state.oneOffs.answer(oneOff.key, { ok: true, sent: false }));
  else {
    startWrite(state, plan, oneOff.key);
    return;
  }
  sendOneOff(state, now);
}

/** A caller waits for the answer, so that a write which may not be sent now is refused and not kept. */
export function planOneOff(
  state: GovernorState,
  oneOff: OneOffWrite,
  now: number,
): Extract<WritePlan, { do: 'write' }> | 'unchanged' | ZaptecError {
  const { setpoints, pacing } = state;
  const present = state.known.currents as Currents;
  const most = everyPhase(oneOff.maxCurrent ?? state.maxCurrent);
  const { limit, pace } = setpoints;
  const write = { do: 'write', early: false, counted: false } as const;
  if (!oneOff.currents) return { ...write, currents: lowest(present, limit, most) };
  const wanted = roundedDown(oneOff.currents);
  if (isAbove(wanted, most)) {
    return zaptecError('ABOVE_MAXIMUM', phrase`${shown(wanted)} is more than the maximum of ${shown(most)}`);
  }
  if (isAbove(wanted, limit)) {
    return zaptecError('ABOVE_LIMIT', phrase`${shown(wanted)} is more than the limit of ${shown(limit)}`);
  }
  if (isSame(wanted, present)) return oneOff.hasOthers ? { ...write, currents: present } : 'unchanged';
  const plan = planWrite(
    {
      present,
      desired: wanted,
      limit,
      ...pace,
      deadBandA: 0,
      skipsPauseValues: false,
      lowerAtOnce: true,
      notBefore: NO_LIMIT_AWAITED,
      retrying: state.sameWrite(now),
    },
    pacing,
    now,
  );
  if (plan.do === 'write' && isSame(plan.currents, wanted)) return plan;
  const raises = isAbove(wanted, present);
  const at = plan.do === 'wait' && !raises ? plan.until : pacing.raiseAt(pace.intervalMs);
  const until = state.iso(at);
  return zaptecError(
    'TOO_SOON',
    phrase`The current was set a moment ago, and ${shown(wanted)} may be set from ${until} on`,
  );
}
