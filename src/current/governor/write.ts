import { zaptecError } from '../../errors/zaptec-error';
import { everyPhase, isAbove, isSame } from '../currents';
import type { Currents } from '../types';
import type { Outcome, Write, WriteRecord } from './events';
import type { Plan } from '../plan';
import { ACTING_MS, SAME_WRITE_MS, type PendingWrite, type GovernorState } from './state';
import { settle, supersede } from './report';

/** @param shot the caller that it is for. */
export function fly(
  state: GovernorState,
  { currents, early, counted }: Extract<Plan, { do: 'write' }>,
  shot?: number,
): void {
  const present = state.belief.most as Currents;
  const write: Write = { currents, urgent: isAbove(present, currents), ...(shot === undefined ? {} : { shot }) };
  const before = { paced: state.pacing.now, record: state.record };
  state.flight = { write, early, counted, serial: state.book.serial, from: present, sentAt: undefined, before };
  state.do({ do: 'write', write });
}

/** It is about to leave: from now on it counts, and that must be on the disk. */
export function sent(state: GovernorState, write: Write, now: number): void {
  const { flight } = state;
  if (flight?.write !== write) return;
  flight.sentAt = now;
  state.pacing.sent(now);
  state.keep({ ...state.pacing.now, currents: write.currents, base: baseAfter(state, write) });
}

export function written(state: GovernorState, write: Write, outcome: Outcome, now: number): void {
  const { flight } = state;
  if (flight?.write !== write) return;
  state.flight = undefined;
  switch (outcome.kind) {
    case 'done':
      state.belief.confirm(write.currents, now);
      confirmed(state, flight, now);
      break;
    case 'blocked':
      if (outcome.record) learn(state, outcome.record);
      state.writes.failed(undefined, now);
      if (write.shot !== undefined) state.do(...state.shots.failed(write.shot, blocked(), false, now));
      break;
    case 'lost':
      state.writes.failed(outcome.error, now);
      // What failed before it may not be sent once more on top of it.
      if (!isSame(state.retrying?.currents ?? write.currents, write.currents)) state.retrying = undefined;
      state.lost = flight;
      state.belief.lose(write.currents, now);
      state.readBackAt = now + ACTING_MS;
      break;
    default:
      failed(state, flight, outcome, now);
  }
}

/** A write has got through. */
export function confirmed(state: GovernorState, flight: PendingWrite | undefined, now: number): void {
  state.lost = undefined;
  state.retrying = undefined;
  state.writes.succeeded();
  state.following.reset();
  if (!flight) return;
  state.pacing.done(flight.sentAt ?? now, flight.counted);
  const { currents, shot } = flight.write;
  if (state.record) state.keep({ ...state.record, ...state.pacing.now });
  if (shot !== undefined) hit(state, shot, currents);
  else settle(state, now, flight.early ? 'lowered-early' : 'applied', flight.serial);
}

/** It certainly did not act. */
function failed(
  state: GovernorState,
  { write, sentAt, before }: PendingWrite,
  { kind, error }: Extract<Outcome, { kind: 'rejected' | 'refused' | 'failed' }>,
  now: number,
): void {
  state.writes.failed(error, now);
  if (kind === 'failed' && sentAt !== undefined) {
    const { retrying } = state;
    const isSameAgain = isSame(retrying?.currents ?? everyPhase(-1), write.currents);
    state.retrying = { currents: write.currents, until: isSameAgain ? (retrying?.until ?? 0) : sentAt + SAME_WRITE_MS };
  } else if (sentAt !== undefined && (error.cause.status ?? 0) < 500) {
    state.pacing.takeBack(before.paced);
    state.keep(before.record);
  }
  if (kind === 'refused') state.refuse(error, now);
  if (write.shot !== undefined) state.do(...state.shots.failed(write.shot, error, kind === 'refused', now));
}

function blocked(): ReturnType<typeof zaptecError> {
  return zaptecError('TOO_SOON', 'Another machine writes to the same place at this moment');
}

/** Another machine has written: what is believed is old. */
function learn(state: GovernorState, record: WriteRecord): void {
  if (record.sentAt <= state.pacing.now.sentAt) return;
  state.pacing.learn(record);
  state.record = record;
  state.mustLook = true;
}

/** What counts without a target once the write has got through. */
function baseAfter(state: GovernorState, { currents, shot }: Write): Currents {
  if (shot !== undefined && isNewest(state, shot)) return currents;
  const { target } = state.book;
  const wanted = target && !target.wish.suspended ? target.wish.currents : state.base;
  return wanted ?? currents;
}

/** A shot that sets a current is a wish like any other, as old as it is. */
function isNewest({ shots, book }: GovernorState, key: number): boolean {
  const shot = shots.get(key);
  if (shot?.currents === undefined) return false;
  return !book.target || book.target.wish.serial <= shot.serial;
}

/** A shot is the newest wish of all, and yet it stays with nobody. */
function hit(state: GovernorState, key: number, currents: Currents): void {
  const isNew = isNewest(state, key);
  if (state.shots.get(key)?.maxCurrent !== undefined) state.lookAt = -Infinity;
  state.do(state.shots.answer(key, { ok: true, sent: true }));
  if (!isNew) return;
  state.base = currents;
  const { target } = state.book;
  if (!target) return;
  supersede(state, target, target.wish);
  target.wish.suspended = 'foreign';
}
