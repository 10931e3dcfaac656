import { zaptecError } from '../../errors/zaptec-error';
import { everyPhase, highest, isFinite, isNegative, isSame, PHASES, shown } from '../currents';
import type { ActiveSetpoint, SetpointEntry } from '../setpoints';
import type { CurrentRequest, RequestRole, RequestSettings } from '../types';
import { report, reportSuperseded } from './report';
import { forgetRestoring, onTargetLeft } from './restoring';
import type { GovernorState } from './state';
import { phrase } from '../../errors/phrase';

/** No supply of an installation carries more, in A. */
const PLAUSIBLE_A = 1_000;
/** A target may be so many times the maximum of the installation, as where all of a big solar plant is offered to it. */
const PLAUSIBLE_TIMES = 10;

/** The most that can be meant, in A: more is a power, or no quantity at all, such as a timestamp. */
function plausibleFor(role: RequestRole, maxCurrent: number): number {
  return role === 'limit' ? PLAUSIBLE_A : Math.min(PLAUSIBLE_A, PLAUSIBLE_TIMES * maxCurrent);
}

/** A node was deployed. */
export function onDeploy(state: GovernorState, settings: RequestSettings, now: number): void {
  if (state.setpoints.get(settings.by)?.settings.role !== settings.role) onWithdrawal(state, settings.by);
  state.setpoints.arm(settings, now);
  state.doubtRefusal();
}

/** @param serial higher than that of every request before. */
export function onRequest(state: GovernorState, request: CurrentRequest, serial: number, now: number): void {
  if (!isFinite(request.currents)) {
    const error = zaptecError('INPUT_INVALID', 'A requested current is not a number');
    report(state, request.by, [serial], 'refused', { requested: request.currents, error });
    return;
  }
  const most = Math.max(...PHASES.map((phase) => request.currents[phase]));
  if (most > plausibleFor(request.role, state.maxCurrent)) {
    const error = zaptecError('INPUT_INVALID', phrase`${Math.round(most)} A per phase (W meant?)`);
    report(state, request.by, [serial], 'refused', { requested: request.currents, error });
    return;
  }
  const currents = highest(request.currents, everyPhase(0));
  if (request.role === 'target') forgetRestoring(state);
  const { entry, before } = state.setpoints.put({ ...request, currents }, serial, now);
  reportNegative(state, request, entry.setpoint, before);
  if (before) succeed(state, entry, before);
  if (request.role === 'target') onTarget(state, request.by);
}

/**
 * A target gives way to a newer one where the newest counts. Otherwise all targets that somebody else's value has
 * suspended count again with the next value of any of them: the lowest of several is no less meant than the newest.
 */
function onTarget(state: GovernorState, by: string): void {
  const { setpoints } = state;
  const { rule } = setpoints;
  for (const other of setpoints.targets.filter(({ settings }) => settings.by !== by)) {
    const { setpoint } = other;
    if (rule === 'newest') {
      reportSuperseded(state, other, setpoint);
    } else if (setpoint.suspended === 'foreign') {
      setpoint.suspended = undefined;
      if (setpoint.state === 'settled') setpoint.state = 'waiting';
    }
  }
}

/** An overload makes what is left for the cars negative: nothing may flow then, which is reported once. */
function reportNegative(
  state: GovernorState,
  { by, currents }: CurrentRequest,
  setpoint: ActiveSetpoint,
  before: ActiveSetpoint | undefined,
): void {
  setpoint.isRaisedToZero = isNegative(currents);
  if (!setpoint.isRaisedToZero || before?.isRaisedToZero) return;
  const reason = phrase`Negative: ${shown(currents)} counts as 0 A`;
  report(state, by, [], 'capped', { requested: currents, reason, allowed: setpoint.currents });
}

/** A node no longer wants anything, and the limit of its dead man goes too. */
export function onWithdrawal(state: GovernorState, by: string): void {
  const gone = state.setpoints.remove(by);
  if (gone?.setpoint && gone.setpoint.callers.length > 0) {
    const reason = 'It was taken back';
    report(state, by, gone.setpoint.callers, 'superseded', { requested: gone.setpoint.currents, reason });
  }
  if (gone) {
    onTargetLeft(state, gone.settings, gone.setpoint);
    state.doubtRefusal();
  }
}

/** Nodes that got no valid request for too long: their safe value is a limit from now on. */
export function fireDeadMen(state: GovernorState, now: number): void {
  for (const { settings } of state.setpoints.fireDeadMen(now)) {
    const safe = everyPhase(settings.deadMan?.safeA ?? 0);
    const reason = phrase`No valid value came in time: at most ${shown(safe)} until one comes`;
    report(state, settings.by, [], 'dead-man', { requested: safe, reason });
  }
}

/** The same value once more joins the setpoint before it; any other value takes its place. */
function succeed(
  state: GovernorState,
  { settings: { by }, setpoint }: SetpointEntry & { setpoint: ActiveSetpoint },
  before: ActiveSetpoint,
): void {
  setpoint.cappedAt = before.cappedAt;
  setpoint.outranked = before.outranked;
  if (before.suspended === 'yielded') {
    setpoint.suspended = 'yielded';
    setpoint.state = 'settled';
    setpoint.callers = [];
    const reason = 'It gives way to the value that somebody else has set, until it is withdrawn';
    const callers = [...before.callers, setpoint.serial];
    report(state, by, callers, 'foreign-change', { requested: setpoint.currents, reason });
    return;
  }
  if (isSame(before.currents, setpoint.currents) && !before.suspended) {
    // Not the other way round: tens of thousands may wait.
    before.callers.push(...setpoint.callers);
    setpoint.callers = before.callers;
    setpoint.firstSerial = before.firstSerial;
  } else {
    reportSuperseded(state, { settings: { by } }, before);
  }
}
