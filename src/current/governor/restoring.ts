import { everyPhase, isSame, lowest } from '../currents';
import type { ActiveSetpoint } from '../setpoints';
import type { RequestSettings } from '../types';
import { report } from './report';
import type { GovernorState } from './state';

const UNKNOWN = 'What was set before the first target is not known: the current stays as it is';

/** The last target was withdrawn, and why is not known yet: flows that stop must not raise anything. */
export function onTargetLeft(state: GovernorState, settings: RequestSettings, setpoint?: ActiveSetpoint): void {
  if (state.restoring?.settings.by === settings.by) {
    state.left = state.restoring.settings;
    state.restoring = undefined;
  } else if (setpoint && settings.role === 'target' && !setpoint.suspended && state.setpoints.targets.length === 0) {
    state.left = settings;
  }
}

/** Somebody has set or requested another value: nothing is to be given back any more. */
export function forgetRestoring(state: GovernorState): void {
  state.left = undefined;
  state.restoring = undefined;
}

/** The target was withdrawn for good: its node gives back what was set before, or leaves what it has set. */
export function onRelease(state: GovernorState, by: string): void {
  const { left, before, base } = state;
  if (left?.by !== by) return;
  state.left = undefined;
  reportAgain(state);
  if (left.restores && before) {
    state.base = before;
    state.setBy = undefined;
    state.restoring = { settings: left };
    return;
  }
  if (left.restores) report(state, by, [], 'unchanged', { requested: base, reason: UNKNOWN });
  if (!base) return;
  state.before = base;
  if (state.record) state.keep({ ...state.record, base, before: base, setBy: state.setBy });
}

/** What holds without a target is news for the limits that are left. */
function reportAgain({ setpoints }: GovernorState): void {
  for (const { setpoint } of setpoints.entries) {
    if (setpoint?.state === 'settled') setpoint.state = 'waiting';
  }
}

/** The restoring waits until then, which is reported once for each time. */
export function reportRestoringDeferred(state: GovernorState, until: number): void {
  const { restoring, base } = state;
  if (!restoring || Math.abs((restoring.reportedUntil ?? -Infinity) - until) <= 1_000) return;
  restoring.reportedUntil = until;
  const reason = 'Gives back what was set before the first target';
  report(state, restoring.settings.by, [], 'deferred', { requested: base, until: state.iso(until), reason });
}

/** Ends the restoring where the current is what it was before, below the limits. */
export function reportRestored(state: GovernorState, isDropped: boolean): void {
  const { restoring, base, setpoints, maxCurrent, known } = state;
  if (!restoring || !base || !known.currents) return;
  const wanted = lowest(base, setpoints.limit, everyPhase(maxCurrent));
  if (!isDropped && !isSame(wanted, known.currents)) return;
  state.restoring = undefined;
  const reason = 'What was set before the first target is set again';
  report(state, restoring.settings.by, [], 'applied', { requested: base, reason });
}
