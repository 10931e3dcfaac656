import { isAbove, isSame, lowest } from '../currents';
import { planWrite, type WritePlan } from '../pacing';
import type { Currents } from '../types';
import { planOneOff, sendOneOff } from './one-off';
import { reportDeferred, reportRefused, reportSettled } from './report';
import { reportRestored, reportRestoringDeferred } from './restoring';
import { TRUSTED_MS, type GovernorState, type PendingWrite } from './state';
import { startWrite } from './write';

/** While a node wants something, the current of the cloud is read so often, in ms. */
const READ_EVERY_MS = 60 * 60_000;
/** And so often while a limit is to hold and no observation would show that it is exceeded, in ms. */
const READ_LIMITED_EVERY_MS = 5 * 60_000;

/** What to do now, after anything has happened. */
export function decide(state: GovernorState, now: number): void {
  recall(state, now);
  const { known, setpoints, oneOffs } = state;
  const isWanted = state.isLive || !oneOffs.isEmpty;
  if (!isWanted || state.pendingWrite || isRefused(state, now)) return;
  const { readError, readBackAt } = state;
  // A limit that may be exceeded does not wait for a reading that comes later.
  if (known.isUnread && now < readBackAt) state.wake(readBackAt);
  // Who waits for one write does not wait for better times.
  if (readError && (!known.currents || state.mustRead || known.isUncertain)) state.do(...oneOffs.refuseAll(readError));
  if (!known.currents || state.mustRead) {
    if (isDanger(state, now)) applySetpoints(state, now);
    if (!hasStarted(state)) readFirst(state, state.mustRead || state.record !== undefined, now);
  } else if (known.isUncertain) {
    if (isDanger(state, now) || isTooHigh(state, now)) applySetpoints(state, now);
    if (!hasStarted(state)) readBack(state, now);
  } else {
    // Safety first; a caller that waits for one write of its own comes next.
    if (isAbove(known.currents, setpoints.limit)) applySetpoints(state, now);
    if (!hasStarted(state)) sendOneOff(state, now);
    if (!hasStarted(state) && state.isLive) applySetpoints(state, now);
  }
}

/**
 * A write may wait long for its permit, or for the end of a pause after a 429. Until it leaves it is compared with what
 * is wanted now: nothing may be sent above a limit that came meanwhile, nor for a request that was taken back.
 */
function recall(state: GovernorState, now: number): void {
  const { pendingWrite } = state;
  if (!pendingWrite || pendingWrite.sentAt !== undefined || isStillRight(state, pendingWrite, now)) return;
  state.pendingWrite = undefined;
  state.do({ do: 'recall', write: pendingWrite.write });
}

function isStillRight(state: GovernorState, { write }: PendingWrite, now: number): boolean {
  if (state.refusal) return false;
  const plan = write.oneOff === undefined ? planForSetpoints(state, now) : planForCaller(state, write.oneOff, now);
  return typeof plan === 'object' && 'do' in plan && plan.do === 'write' && isSame(plan.currents, write.currents);
}

function planForSetpoints(state: GovernorState, now: number) {
  return state.isLive ? nextWrite(state, now) : undefined;
}

function planForCaller(state: GovernorState, key: number, now: number) {
  const oneOff = state.oneOffs.get(key);
  return oneOff && planOneOff(state, oneOff, now);
}

/** Asked within one turn, in which a write may have started. */
function hasStarted({ pendingWrite }: GovernorState): boolean {
  return pendingWrite !== undefined;
}

/** Reports the refusal to everybody who waits. */
function isRefused(state: GovernorState, now: number): boolean {
  const { refusal } = state;
  if (!refusal) return false;
  const { refusedUntil } = state;
  if (now >= refusedUntil) {
    state.refusal = undefined;
    state.mustRead = true;
    return false;
  }
  state.wake(refusedUntil);
  reportRefused(state, refusedUntil, refusal.error);
  state.do(...state.oneOffs.refuseAll(refusal.error));
  return true;
}

/** A limit may be exceeded while nothing can be read: then the current is lowered without a reading. */
function isDanger(state: GovernorState, now: number): boolean {
  const { known, setpoints, reads, writeAt, readBackAt, readableAt } = state;
  const { most, inDoubt, isUnread } = known;
  const isTooYoung = now >= readBackAt && now < readableAt;
  // What another machine has sent a moment ago may have lowered the current already, which a reading shows at once.
  const isReadNext = state.mustRead && now >= state.noReadBefore;
  const isUnreadable = reads.tries > 0 || isTooYoung || (inDoubt && !isUnread && !isReadNext);
  return isUnreadable && now >= writeAt && most !== undefined && isAbove(most, setpoints.limit);
}

/** What was read is more than what is wanted, whether or not a write from before acts late. */
function isTooHigh({ known, setpoints, base, maxCurrent, writeAt }: GovernorState, now: number): boolean {
  const { currents, inDoubt, isUnread } = known;
  if (!currents || !inDoubt || isUnread || now < writeAt) return false;
  return isAbove(currents, setpoints.desired(base ?? currents, maxCurrent));
}

/** After the first reading the next one is of use when the lost write can no longer act; requests wait until then. */
function readBack(state: GovernorState, now: number): void {
  const { known, setpoints, pacing, base, readBackAt } = state;
  const { currents, doubtEndsAt } = known;
  if (known.isUnread || !known.inDoubt || !currents || state.readError) {
    readFirst(state, true, now, readBackAt);
    return;
  }
  const readAt = state.read(true, now, Math.max(readBackAt, doubtEndsAt + state.readingAgeMs));
  const raises = isAbove(setpoints.desired(base ?? currents, state.maxCurrent), currents);
  const until = raises ? Math.max(readAt, pacing.raiseAt(setpoints.pace.intervalMs)) : readAt;
  reportDeferred(state, until, state.writes.error, now);
}

/** Reads where nothing can be decided before; after a failure the setpoints are reported to wait. */
function readFirst(state: GovernorState, fresh: boolean, now: number, from = -Infinity): void {
  const at = state.read(fresh, now, from);
  const error = state.reads.error ?? state.writes.error;
  if (!error || state.isReading) return;
  if (state.isReadRefused) reportRefused(state, at, error);
  else reportDeferred(state, at, error, now);
}

/** The write that brings the setpoints about, as far as may be done now. The current of the cloud must be known. */
function nextWrite(state: GovernorState, now: number): WritePlan {
  const { known, setpoints, pacing } = state;
  const present = known.most as Currents;
  const target = setpoints.desired(state.base ?? present, state.maxCurrent);
  // Where the cloud may have either of two values, what lowers the one must not raise the other.
  const desired = known.isUncertain ? lowest(target, known.least as Currents) : target;
  const wanted = { present, desired, limit: setpoints.limit, ...setpoints.pace, skipsPauseValues: true };
  // What is given back is paced as a raise, be it lower.
  if (state.restoring) wanted.lowerAtOnce = false;
  const notBefore = setpoints.awaited(now);
  return planWrite({ ...wanted, retrying: state.sameWrite(now), notBefore }, pacing, now);
}

function applySetpoints(state: GovernorState, now: number): void {
  const { known, setpoints, writes } = state;
  const plan = nextWrite(state, now);
  switch (plan.do) {
    case 'nothing':
    case 'drop':
      if (now - known.at > TRUSTED_MS && isAsked(state)) {
        readFirst(state, true, now);
        return;
      }
      reportRestored(state, plan.do === 'drop');
      reportSettled(state, now, plan.do === 'drop' ? 'dropped' : 'unchanged', setpoints.serial);
      break;
    case 'wait':
      state.wake(plan.until);
      reportRestoringDeferred(state, plan.until);
      reportDeferred(state, plan.until, undefined, now);
      break;
    case 'write': {
      const refusal = state.refusalOf(plan.currents, now);
      if (refusal) {
        state.wake(state.refusedWrites.at);
        reportRefused(state, state.refusedWrites.at, refusal);
        break;
      }
      const { writeAt } = state;
      if (now >= writeAt) {
        startWrite(state, plan);
        return;
      }
      state.wake(writeAt);
      reportDeferred(state, writeAt, writes.error, now);
      break;
    }
  }
  const readAt = Math.min(state.nextReadAt, nextCheckAt(state));
  if (now >= readAt) state.read(true, now);
  else state.wake(readAt);
}

/** When the current is read again, although nothing says that it has changed. */
function nextCheckAt({ known: { readAt }, observedAt, setpoints }: GovernorState): number {
  const seldom = readAt + READ_EVERY_MS;
  return setpoints.isLimited ? Math.min(seldom, Math.max(readAt, observedAt) + READ_LIMITED_EVERY_MS) : seldom;
}

function isAsked({ setpoints }: GovernorState): boolean {
  return setpoints.entries.some(
    ({ setpoint }) => setpoint !== undefined && (setpoint.state !== 'settled' || setpoint.refused),
  );
}
