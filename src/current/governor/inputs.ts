import { zaptecError } from '../../errors/zaptec-error';
import { isSame, isUsable } from '../currents';
import type { CurrentRequest, RequestSettings } from '../types';
import type { SetpointEntry, ActiveSetpoint } from '../setpoints';
import type { GovernorState } from './state';
import { supersede, tell } from './report';

/** A node was deployed. */
export function hearDeploy(state: GovernorState, settings: RequestSettings, now: number): void {
  if (state.book.get(settings.by)?.settings.role !== settings.role) hearWithdrawal(state, settings.by);
  state.book.arm(settings, now);
  state.doubtRefusal();
}

export function hearWish(state: GovernorState, wish: CurrentRequest, serial: number, now: number): void {
  if (!isUsable(wish.currents)) {
    const error = zaptecError('INPUT_INVALID', 'A current of the wish is no number from 0 on');
    tell(state, wish.by, [serial], 'refused', { requested: wish.currents, error });
    return;
  }
  const rival = state.book.target;
  const { entry, before } = state.book.put(wish, serial, now);
  if (before) succeed(state, entry, entry.wish as ActiveSetpoint, before);
  if (wish.role === 'target' && rival && rival.settings.by !== wish.by) supersede(state, rival, rival.wish);
}

/** A wish is taken back, and the limit of its dead man. */
export function hearWithdrawal(state: GovernorState, by: string): void {
  const gone = state.book.remove(by);
  if (gone?.wish && gone.wish.asked.length > 0) {
    const reason = 'It was taken back';
    tell(state, by, gone.wish.asked, 'superseded', { requested: gone.wish.currents, reason });
  }
  if (gone) state.doubtRefusal();
}

/** The same once more joins what was said; anything else takes its place. */
function succeed(state: GovernorState, entry: SetpointEntry, standing: ActiveSetpoint, before: ActiveSetpoint): void {
  const { by } = entry.settings;
  standing.cappedAt = before.cappedAt;
  if (before.suspended === 'yielded') {
    standing.suspended = 'yielded';
    standing.state = 'settled';
    standing.asked = [];
    const reason = 'It gives way to the value that somebody else has set, until msg.reset or a deploy';
    tell(state, by, [...before.asked, standing.serial], 'foreign-change', { requested: standing.currents, reason });
    return;
  }
  if (isSame(before.currents, standing.currents) && !before.suspended) {
    standing.asked.push(...before.asked);
    standing.since = before.since;
    if (before.state === 'waiting' && before.toldUntil !== undefined) standing.toldUntil = before.toldUntil;
  } else {
    supersede(state, entry, before);
  }
}
