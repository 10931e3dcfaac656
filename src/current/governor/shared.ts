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
  const { pacing, record: known, restored } = state;
  const isSameWrite = known?.id !== undefined && known.id === record.id;
  const isNews = isSameWrite ? isDone(record) && !isDone(known) : record.sentAt > pacing.times.sentAt;
  pacing.learn(record);
  if (restored && isSameWrite) {
    learnAge(state, known, restored.isUndated ? record : known, record, now);
    return;
  }
  if (!isNews) {
    if (restored?.isUndated && known && !isSameWrite) doubtOrder(state, known, record);
    return;
  }
  state.restored = undefined;
  state.keep({ ...record, early: pacing.times.early });
  state.compliance.reset();
  // On top of another write a raise that failed before is not the same once more.
  if (state.retrying && !isSame(state.retrying.currents, record.currents)) state.retrying = undefined;
  learnCurrent(state, record, now);
  if (!isSameWrite) learnBase(state, record, known?.baseId);
}

/**
 * The write of the last process: this one knows its age by the wall clock alone, which may have been set, and so takes a
 * reading that is too young for one that shows the write.
 * @param own what is known of its times without the others.
 */
function learnAge(state: GovernorState, known: WriteRecord, own: WriteRecord, record: WriteRecord, now: number): void {
  const sentAt = Math.max(own.sentAt, record.sentAt);
  const doneAt = isDone(known) || isDone(record) ? sentAt : Math.max(own.doneAt, record.doneAt);
  const { pacing } = state;
  pacing.learn({ sentAt, doneAt, early: [] });
  state.restored = undefined;
  const aged = { ...known, sentAt, doneAt, early: pacing.times.early };
  state.keep(aged);
  learnCurrent(state, aged, now);
}

/**
 * The wall clock was set back since the last process wrote its record: whether that write or the one of another machine
 * is the newer one nobody knows, so that the cloud may have either. What counts without a target is what Redis has.
 */
function doubtOrder(state: GovernorState, own: WriteRecord, record: WriteRecord): void {
  const { known, pacing } = state;
  const { sentAt, early } = pacing.times;
  state.restored = undefined;
  known.suspect(own.currents, own.sentAt);
  known.suspect(record.currents, record.sentAt);
  state.mustRead = true;
  const unproven = { ...record, id: undefined, sentAt, doneAt: Math.min(record.doneAt, sentAt - 1), early };
  state.unproven = unproven;
  state.keep(unproven);
  learnBase(state, record, own.baseId);
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
  else {
    // What was read since may be what the cloud had before.
    known.suspect(currents, sentAt);
    state.mustRead = true;
  }
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
