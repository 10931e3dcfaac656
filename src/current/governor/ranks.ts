import { isSame } from '../currents';
import type { RequestedEntry } from '../setpoints';
import type { CountingTarget } from '../types';
import { countingFor, reasonOf } from './counting';
import { report } from './report';
import type { GovernorState } from './state';

/** Reports of each target that does not count which one does, and lets those that count again be reported. */
export function reportRanks(state: GovernorState): void {
  const { combined, targets } = state.setpoints;
  if (!combined) return;
  for (const target of targets) {
    const { setpoint } = target;
    if (setpoint.suspended) continue;
    if (combined.owners.includes(target)) {
      if (setpoint.outranked && setpoint.state === 'settled') setpoint.state = 'waiting';
      setpoint.outranked = undefined;
    } else {
      reportOutranked(state, target, countingFor(target, combined));
    }
  }
}

/** To whom waits, and to the listeners when the target of another node counts than before; else for the status alone. */
function reportOutranked(state: GovernorState, { settings, setpoint }: RequestedEntry, counting: CountingTarget): void {
  const { outranked: before, callers, currents } = setpoint;
  const isSameNode = before?.by === counting.by && before.rule === counting.rule;
  if (callers.length === 0 && isSameNode && isSame(before.currents, counting.currents)) return;
  setpoint.outranked = counting;
  setpoint.callers = [];
  setpoint.state = 'settled';
  setpoint.refused = false;
  setpoint.reportedUntil = undefined;
  // Flows from before targets were combined know no such message: there a newer target takes its place in silence.
  const statusOnly = callers.length === 0 && (isSameNode || counting.rule === 'newest') ? true : undefined;
  report(state, settings.by, callers, 'outranked', {
    requested: currents,
    counting,
    statusOnly,
    reason: reasonOf(counting),
  });
}
