import { isSame } from '../currents';
import type { GovernorEvent, WriteRecord } from './events';
import { giveUpLostWrite } from './readings';
import { reportSuperseded } from './report';
import { forgetRestoring } from './restoring';
import type { GovernorState } from './state';

/** The other machines have changed their limits, or one of them has written. */
export function onShared(
  state: GovernorState,
  { limits, record, busyUntil }: Extract<GovernorEvent, { type: 'shared' }>,
  now: number,
): void {
  const limited = state.setpoints.limit;
  state.setpoints.setOthers(limits);
  if (!isSame(limited, state.setpoints.limit)) state.doubtRefusal();
  state.busyUntil = busyUntil;
  if (record) learnRecord(state, record, now);
}

/** Another machine has written, or has learnt how the last write ended. */
function learnRecord(state: GovernorState, record: WriteRecord, now: number): void {
  const { pacing, record: known } = state;
  const isSameWrite = known?.id !== undefined && known.id === record.id;
  const isNews = isSameWrite ? isDone(record) && !isDone(known) : record.sentAt > pacing.times.sentAt;
  // Also of a write that is known: after a restart this machine knows its age by the wall clock alone.
  pacing.learn(record);
  if (!isNews) return;
  state.keep({ ...record, early: pacing.times.early });
  state.compliance.reset();
  // On top of another write a raise that failed before is not the same once more.
  if (state.retrying && !isSame(state.retrying.currents, record.currents)) state.retrying = undefined;
  learnCurrent(state, record, now);
  if (!isSameWrite) learnBase(state, record, known?.baseId);
}

/** What another machine knows to be set needs no reading here; of any other write a reading has to show whether it acted. */
function learnCurrent(state: GovernorState, record: WriteRecord, now: number): void {
  const { currents, sentAt, doneAt } = record;
  const { known } = state;
  state.unproven = isDone(record) ? undefined : record;
  if (!isDone(record)) {
    known.suspect(currents, sentAt);
    state.mustRead = true;
    return;
  }
  giveUpLostWrite(state, now);
  if (!known.currents) state.writeBefore = record;
  else if (doneAt >= known.at) known.confirm(currents, doneAt);
  else state.mustRead = true;
}

function isDone({ sentAt, doneAt }: WriteRecord): boolean {
  return doneAt >= sentAt;
}

/** A target of another machine that is newer than those of this one counts until one of these comes again. */
function learnBase(state: GovernorState, record: WriteRecord, known: string | undefined): void {
  const { base, before, setBy, baseId, sentAt } = record;
  state.base = base;
  state.before = before;
  state.setBy = setBy;
  if (baseId === undefined || baseId === known) return;
  forgetRestoring(state);
  const { combined, contenders } = state.setpoints;
  if (!combined || isSame(combined.currents, base) || combined.owners.some((own) => own.lastInputAt > sentAt)) return;
  for (const target of contenders) {
    reportSuperseded(state, target, target.setpoint);
    target.setpoint.suspended = 'foreign';
  }
}
