import { zaptecError, type ZaptecError } from '../../errors/zaptec-error';
import { everyPhase, isAbove, isSame, lowest, roundedDown } from '../currents';
import type { WritePlan } from '../pacing';
import type { Currents } from '../types';
import type { LastingValues, Outcome, Write } from './events';
import { reportSettled, reportSuperseded } from './report';
import { forgetRestoring, reportRestored } from './restoring';
import { namesOf } from '../setpoints';
import { ACTING_MS, SAME_WRITE_MS, type GovernorState, type PendingWrite } from './state';

/** What another machine did not let through is tried again so soon at first, in ms. */
const AGAIN_MS = 200;
/** Who sets what the installation node or the request node writes. */
const SINGLE_WRITE = 'a single write';

/** @param oneOff the caller that the write is for. */
export function startWrite(
  state: GovernorState,
  { currents, early, counted }: Extract<WritePlan, { do: 'write' }>,
  oneOff?: number,
): void {
  const from = state.known.most as Currents;
  const least = state.known.least ?? from;
  const write: Write = { currents, urgent: isAbove(from, currents), raises: isAbove(currents, least), oneOff };
  const before = { times: state.pacing.times, record: state.record };
  state.pendingWrite = { write, early, counted, serial: state.setpoints.serial, from, sentAt: undefined, before };
  state.do({ do: 'write', write, lasting: { currents, ...lastingAfter(state, write) } });
}

/** The write is about to leave: from now on it counts, and that must be on the disk. */
export function onSent(state: GovernorState, write: Write, id: string | undefined, now: number): void {
  const { pendingWrite } = state;
  if (pendingWrite?.write !== write) return;
  pendingWrite.sentAt = now;
  state.pacing.sent(now);
  state.restored = undefined;
  state.keep({ ...state.pacing.times, currents: write.currents, ...lastingAfter(state, write, id), id });
}

export function onWritten(state: GovernorState, write: Write, outcome: Outcome, now: number): void {
  const { pendingWrite } = state;
  if (pendingWrite?.write !== write) return;
  state.pendingWrite = undefined;
  switch (outcome.kind) {
    case 'done':
      state.known.confirm(write.currents, now);
      completeWrite(state, pendingWrite, now);
      break;
    case 'blocked':
      if (outcome.until === undefined) state.writes.failed(undefined, now);
      else state.busyUntil = Math.max(outcome.until, now + AGAIN_MS);
      if (write.oneOff !== undefined) state.do(...state.oneOffs.failed(write.oneOff, blocked(), false, now));
      break;
    case 'lost':
      state.writes.failed(outcome.error, now);
      // A raise that failed before must not be sent once more on top of this write.
      if (!isSame(state.retrying?.currents ?? write.currents, write.currents)) state.retrying = undefined;
      state.lostWrite = pendingWrite;
      state.known.lose(write.currents, pendingWrite.sentAt ?? now, now);
      state.readBackAt = now + ACTING_MS;
      break;
    default:
      failWrite(state, pendingWrite, outcome, now);
  }
}

/** A write has got through, by its answer or by a reading. */
export function completeWrite(state: GovernorState, done: PendingWrite | undefined, now: number): void {
  state.lostWrite = undefined;
  state.retrying = undefined;
  state.writes.succeeded();
  state.acceptWrites();
  state.compliance.reset();
  if (!done) return;
  state.pacing.done(done.sentAt ?? now, done.counted);
  const { currents, oneOff } = done.write;
  if (state.record) state.keep({ ...state.record, ...state.pacing.times });
  if (oneOff !== undefined) completed(state, oneOff, currents);
  else {
    learnBase(state, currents);
    reportRestored(state, false);
    reportSettled(state, now, done.early ? 'lowered-early' : 'applied', done.serial);
  }
}

/** The target of the write holds without a target from now on, although another request may have come since. */
function learnBase(state: GovernorState, written: Currents): void {
  const { record, setpoints, maxCurrent } = state;
  if (!record) return;
  const wanted = roundedDown(lowest(record.base, setpoints.limit, everyPhase(maxCurrent)));
  if (isAbove(wanted, written)) return;
  state.base = record.base;
  state.setBy = record.setBy;
}

/** The write certainly did not act. */
function failWrite(
  state: GovernorState,
  { write, sentAt, before }: PendingWrite,
  { kind, error }: Extract<Outcome, { kind: 'rejected' | 'refused' | 'failed' }>,
  now: number,
): void {
  if (kind !== 'refused' || write.oneOff === undefined) state.writes.failed(error, now);
  if (kind === 'failed' && sentAt !== undefined) {
    const { retrying } = state;
    const isSameAgain = isSame(retrying?.currents ?? everyPhase(-1), write.currents);
    state.retrying = { currents: write.currents, until: isSameAgain ? (retrying?.until ?? 0) : sentAt + SAME_WRITE_MS };
  } else if (sentAt !== undefined && (error.cause.status ?? 0) < 500) {
    state.pacing.takeBack(before.times);
    state.keep(before.record);
  }
  if (kind === 'refused') refuse(state, write, error, now);
  if (write.oneOff !== undefined) state.do(...state.oneOffs.failed(write.oneOff, error, kind === 'refused', now));
}

/**
 * Only the refused write fails: whether others would fail too is for a reading to say. The cloud itself says with 527
 * that something else governs the current, which no reading need show.
 */
function refuse(state: GovernorState, { currents, oneOff }: Write, error: ZaptecError, now: number): void {
  if (oneOff === undefined && error.code === 'ZAPTEC_527') {
    state.refuse(error, now);
    return;
  }
  state.mustRead = true;
  if (oneOff === undefined) state.refuseWrite(currents, error, now);
}

function blocked(): ReturnType<typeof zaptecError> {
  return zaptecError('TOO_SOON', 'Another machine or account writes to the same place at this moment');
}

/**
 * What counts without a target once the write has got through, and what was set before the first one.
 * @param id of the write, where several machines write.
 */
function lastingAfter(
  { setpoints, oneOffs, base, before, setBy, record }: GovernorState,
  { currents, oneOff }: Write,
  id?: string,
): Omit<LastingValues, 'currents' | 'id'> {
  const { combined, targets } = setpoints;
  const baseIdOf = (next: Currents) => (record && isSame(record.base, next) ? (record.baseId ?? id) : id);
  if (oneOff !== undefined && isNewest({ setpoints, oneOffs }, oneOff)) {
    const lasting = { base: currents, before: targets.length > 0 ? before : currents };
    return { ...lasting, setBy: SINGLE_WRITE, baseId: baseIdOf(currents) };
  }
  if (!combined) return { base: base ?? currents, before, setBy, baseId: record?.baseId };
  return {
    ...{ base: combined.currents, before },
    ...{ setBy: namesOf(combined.owners), baseId: baseIdOf(combined.currents) },
  };
}

/** A one-off write that sets a current is a request like any other, as old as it is. */
function isNewest({ oneOffs, setpoints }: Pick<GovernorState, 'oneOffs' | 'setpoints'>, key: number): boolean {
  const oneOff = oneOffs.get(key);
  if (oneOff?.currents === undefined) return false;
  return setpoints.contenders.every(({ setpoint }) => setpoint.serial <= oneOff.serial);
}

/** A one-off write takes the place of the targets, and yet no node owns it. */
function completed(state: GovernorState, key: number, currents: Currents): void {
  const { targets, contenders } = state.setpoints;
  const isNew = isNewest(state, key);
  if (state.oneOffs.get(key)?.maxCurrent !== undefined) state.nextReadAt = -Infinity;
  state.do(state.oneOffs.answer(key, { ok: true, sent: true }));
  if (!isNew) return;
  state.base = currents;
  state.setBy = SINGLE_WRITE;
  forgetRestoring(state);
  if (targets.length === 0) state.before = currents;
  for (const target of contenders) {
    reportSuperseded(state, target, target.setpoint);
    target.setpoint.suspended = 'foreign';
  }
}
