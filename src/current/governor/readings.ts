import { zaptecError } from '../../errors/zaptec-error';
import { KnownCurrent } from '../known-current';
import { isSame, shown } from '../currents';
import type { Currents } from '../types';
import { exceeds } from '../compliance';
import type { GovernorEvent, Reading } from './events';
import { takeForeign } from './foreign-changes';
import { TRUSTED_MS, type PendingWrite, type GovernorState } from './state';
import { tellEach } from './report';
import { confirmed } from './write';

/** What the cloud has, by its own word. */
export function takeReading(state: GovernorState, reading: Reading, now: number): void {
  state.maxCurrent = reading.maxCurrent;
  state.fingerprint = reading.fingerprint;
  if (!reading.currents && !reading.refusal) {
    state.reads.failed(zaptecError('BAD_ANSWER', 'Zaptec does not tell the available current'), now);
    return;
  }
  state.reads.succeeded();
  state.mustLook = false;
  if (reading.refusal) state.refuse(reading.refusal, now);
  else if (state.refusal && state.refusal.fingerprint !== reading.fingerprint) state.refusal = undefined;
  if (!state.flight) compare(state, reading, now);
}

function compare(state: GovernorState, reading: Reading, now: number): void {
  const { sentAt, doneAt } = state.pacing.now;
  switch (state.belief.read(reading.currents, reading.at, sentAt, doneAt)) {
    case 'first':
      state.base = baseOf(state, state.belief.currents as Currents);
      break;
    case 'applied':
      if (isTelling(state.lost)) confirmed(state, state.lost, now);
      else gone(state, now);
      break;
    case 'not-applied':
      gone(state, now);
      break;
    case 'foreign':
      gone(state, now);
      takeForeign(state, state.belief.currents as Currents);
      break;
    case 'too-early':
      state.lookAt = KnownCurrent.settledAt(doneAt);
      state.notBefore = state.lookAt;
      break;
    case 'useless':
      state.reads.failed(undefined, now);
      break;
    case 'same':
      break;
  }
}

/** Other settings that went along with the currents that were there anyway: these tell nothing of those. */
function isTelling(lost: PendingWrite | undefined): boolean {
  return lost?.write.shot === undefined || !isSame(lost.from, lost.write.currents);
}

/** What the chargers tell: less certain, but it costs nothing. */
export function takeObservations(
  state: GovernorState,
  { chargers, agrees }: Extract<GovernorEvent, { type: 'observed' }>,
  now: number,
): void {
  const { currents, inDoubt } = state.belief;
  if (!currents || inDoubt || state.flight) return;
  const isBroken = state.following.isBroken(currents, chargers, now);
  const differs = agrees === false || exceeds(currents, chargers);
  // Observations lag; a reading tells for certain, though not more often than is decent.
  if (differs && now - state.belief.readAt > TRUSTED_MS) state.lookAt = Math.min(state.lookAt, now);
  else if (agrees && !differs) state.belief.agree(now);
  if (!isBroken) return;
  const reason = `The chargers take more than ${shown(currents)} for longer than a minute`;
  tellEach(state, state.book.entries, 'not-following', reason);
}

/** The write in doubt did not act; who waits for it hears what was heard then. */
function gone(state: GovernorState, now: number): void {
  const shot = state.lost?.write.shot;
  const { error } = state.writes;
  if (shot !== undefined && error) state.do(...state.shots.failed(shot, error, true, now));
  state.lost = undefined;
}

/** What we have set under a limit is not what anybody wanted to have. */
function baseOf({ record }: GovernorState, currents: Currents): Currents {
  return record && isSame(record.currents, currents) ? record.base : currents;
}
