import { zaptecError } from '../../errors/zaptec-error';
import { STATE_KEPT_MS } from '../../http/endpoints';
import { exceeds } from '../compliance';
import { isSame, shown } from '../currents';
import { KnownCurrent } from '../known-current';
import type { Currents } from '../types';
import type { GovernorEvent, Reading } from './events';
import { reportSuperseded, reportToEach } from './report';
import { forgetRestoring } from './restoring';
import { TRUSTED_MS, type GovernorState, type PendingWrite } from './state';
import { completeWrite } from './write';
import { phrase } from '../../errors/phrase';
/** While chargers keep taking more than a limit that a reading confirms, it is read so often, in ms. */
const DISPUTED_MS = 2 * 60_000;

/** What the cloud has, by its own word. */
export function onReading(state: GovernorState, reading: Reading, now: number): void {
  state.maxCurrent = reading.maxCurrent;
  state.fingerprint = reading.fingerprint;
  if (!reading.currents && !reading.refusal) {
    state.known.untold();
    state.reads.failed(reading.unknown ?? zaptecError('BAD_ANSWER', 'Zaptec does not tell the available current'), now);
    return;
  }
  state.readingAgeMs = reading.ageMs ?? 0;
  state.isReadRefused = false;
  state.mustRead = false;
  if (reading.refusal) state.refuse(reading.refusal, now);
  else if (state.refusal && state.refusal.fingerprint !== reading.fingerprint) state.refusal = undefined;
  if (!state.pendingWrite && !compare(state, reading, now)) state.reads.failed(undefined, now);
  else state.reads.succeeded();
}

/** @returns whether the reading is of any use. */
function compare(state: GovernorState, reading: Reading, now: number): boolean {
  const { sentAt, doneAt } = state.pacing.times;
  trustWriteBefore(state, reading);
  proveWrite(state, reading);
  switch (state.known.read(reading.currents, reading.at, sentAt, doneAt)) {
    case 'first':
      learnBase(state, state.known.currents as Currents);
      break;
    case 'applied':
      if (isProof(state.lostWrite)) completeWrite(state, state.lostWrite, now);
      else giveUpLostWrite(state, now);
      break;
    case 'not-applied':
    case 'late':
      giveUpLostWrite(state, now);
      break;
    case 'foreign':
      giveUpLostWrite(state, now);
      onForeignChange(state, state.known.currents as Currents);
      break;
    case 'too-early':
      state.nextReadAt = KnownCurrent.settledAt(doneAt) + state.readingAgeMs;
      state.noReadBefore = state.nextReadAt;
      break;
    case 'useless':
      return false;
    case 'same':
      break;
  }
  return true;
}

/** Right after a write the cloud may still answer with the old value, to whoever reads it. */
function trustWriteBefore({ known, writeBefore }: GovernorState, { at }: Reading): void {
  if (known.currents || !writeBefore || at >= KnownCurrent.settledAt(writeBefore.doneAt)) return;
  known.confirm(writeBefore.currents, writeBefore.doneAt);
}

/**
 * The cloud has what was sent last, by a process that did not say whether it got through: it did, and the next write has to
 * wait for it.
 */
function proveWrite(state: GovernorState, { currents, at }: Reading): void {
  const { unproven, record, pacing } = state;
  if (!unproven || !currents || at < unproven.sentAt || !isSame(currents, unproven.currents)) return;
  state.unproven = undefined;
  if (!record || record.sentAt !== unproven.sentAt) return;
  pacing.learn({ sentAt: -Infinity, doneAt: unproven.sentAt, early: [] });
  state.keep({ ...record, ...pacing.times });
}

/** Currents that were there before the write, and went along with other settings, do not prove that those were set. */
function isProof(lost: PendingWrite | undefined): boolean {
  return lost?.write.oneOff === undefined || !isSame(lost.from, lost.write.currents);
}

/** The lost write did not act; its caller gets the error of then. */
export function giveUpLostWrite(state: GovernorState, now: number): void {
  const oneOff = state.lostWrite?.write.oneOff;
  const { error } = state.writes;
  if (oneOff !== undefined && error) state.do(...state.oneOffs.failed(oneOff, error, true, now));
  state.lostWrite = undefined;
}

/** A value that we set under a limit is not the value that anybody requested, nor what was set before a target. */
function learnBase(state: GovernorState, currents: Currents): void {
  const { record } = state;
  const isOurs = record !== undefined && isSame(record.currents, currents);
  state.base = isOurs ? record.base : currents;
  state.setBy = isOurs ? record.setBy : undefined;
  const isInDoubt = record !== undefined && record.sentAt > record.doneAt;
  state.before = isOurs || isInDoubt ? record.before : currents;
}

/** Somebody else has set another value: a limit holds in any case, a target as its node wants it. */
function onForeignChange(state: GovernorState, currents: Currents): void {
  state.base = currents;
  state.setBy = undefined;
  forgetRestoring(state);
  state.compliance.reset();
  const active = state.setpoints.entries.filter(({ setpoint }) => !setpoint?.suspended);
  reportToEach(state, active, 'foreign-change', phrase`Somebody else has set ${shown(currents)}`);
  const { targets, contenders, combined } = state.setpoints;
  if (targets.length === 0) state.before = currents;
  if (!combined || isSame(combined.currents, currents)) return;
  for (const target of contenders) {
    const { setpoint, settings } = target;
    if (setpoint.suspended) continue;
    if (settings.foreign === 'reassert') {
      if (setpoint.state === 'settled' && combined.owners.includes(target)) setpoint.state = 'waiting';
      continue;
    }
    reportSuperseded(state, target, setpoint);
    setpoint.suspended = settings.foreign === 'yield' ? 'yielded' : 'foreign';
  }
}

/** How old a reading may be that observations contradict, in ms. */
function patienceWith({ setpoints, isAlarmed }: GovernorState): number {
  if (!setpoints.isLimited) return TRUSTED_MS;
  return isAlarmed ? DISPUTED_MS : STATE_KEPT_MS;
}

/** Observations of the chargers are less certain than a reading, but cost no request. */
export function onObservations(
  state: GovernorState,
  { chargers, agrees }: Extract<GovernorEvent, { type: 'observed' }>,
  now: number,
): void {
  const { currents, inDoubt } = state.known;
  state.observedAt = now;
  if (!currents || inDoubt || state.pendingWrite) return;
  const isBroken = state.compliance.isBroken(currents, chargers, now);
  const differs = agrees === false || exceeds(currents, chargers);
  // Observations lag; a reading is certain, but must not be asked for all the time.
  const doubtedAt = state.known.readAt + patienceWith(state);
  state.isAlarmed = differs && (state.isAlarmed || now >= doubtedAt);
  if (differs && (state.setpoints.isLimited || now > doubtedAt))
    state.nextReadAt = Math.min(state.nextReadAt, Math.max(now, doubtedAt));
  else if (agrees) state.known.agree(now);
  if (!isBroken) return;
  const reason = phrase`The chargers take more than ${shown(currents)} for longer than a minute`;
  reportToEach(state, state.setpoints.entries, 'not-following', reason);
}
