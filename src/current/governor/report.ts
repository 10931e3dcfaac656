import type { ZaptecError } from '../../errors/zaptec-error';
import { present } from '../../zaptec/json';
import { everyPhase, isAbove, isSame, lowest, MINIMUM_A, PHASES, roundedDown, shown } from '../currents';
import { namesOf, type ActiveSetpoint, type SetpointEntry, type Setpoints } from '../setpoints';
import type { Currents, Decision, DecisionName } from '../types';
import { remarkOfOthers } from './counting';
import { leftBy } from './pause';
import type { GovernorState } from './state';
import { phrase } from '../../errors/phrase';

type Details = { [K in keyof Decision]?: Decision[K] | undefined };

/** Whom a report is about. */
interface Reported {
  settings: { by: string };
}

/** @param callers the requests whose answer it is; without any it goes to the listeners. */
export function report(
  state: GovernorState,
  by: string,
  callers: readonly number[],
  decision: DecisionName,
  details: Details,
): void {
  const applied = state.known.currents;
  state.do({ do: 'report', by, callers, decision: present<Decision>({ decision, applied, ...details }) });
}

/** To every node of these that has a setpoint, whatever was decided about it. */
export function reportToEach(
  state: GovernorState,
  entries: readonly SetpointEntry[],
  decision: DecisionName,
  reason: string,
): void {
  for (const { settings, setpoint } of entries) {
    if (setpoint) report(state, settings.by, [], decision, { requested: setpoint.currents, reason });
  }
}

/** Another request takes the place of the setpoint. */
export function reportSuperseded(state: GovernorState, { settings }: Reported, setpoint: ActiveSetpoint): void {
  const { callers, currents } = setpoint;
  if (setpoint.state !== 'settled') report(state, settings.by, callers, 'superseded', { requested: currents });
  setpoint.callers = [];
  setpoint.state = 'settled';
}

/** The cloud has what is wanted now: reported for every setpoint up to `serial` for which that is news. */
export function reportSettled(state: GovernorState, now: number, decision: DecisionName, serial: number): void {
  const { setpoints, pacing } = state;
  const applied = state.known.currents as Currents;
  const desired = setpoints.desired(state.base ?? applied, state.maxCurrent);
  const isPartly = isAbove(desired, applied) && decision === 'lowered-early';
  const raiseAt = Math.max(pacing.raiseAt(setpoints.pace.intervalMs), setpoints.awaited(now).raise);
  const { combined } = setpoints;
  for (const entry of setpoints.entries) {
    const { setpoint } = entry;
    if (!setpoint || setpoint.suspended || setpoint.firstSerial > serial) continue;
    const counts = isCounting(combined, entry);
    const isOpen = setpoint.state !== 'settled' || setpoint.refused || setpoint.callers.length > 0;
    if (counts) reportCap(state, entry, setpoint);
    if (entry.settings.role === 'target' && !counts) continue;
    const isUncapped =
      counts && setpoint.state === 'settled' && decision === 'applied' && setpoint.cappedAt === undefined;
    if (!isOpen && !isUncapped) continue;
    if (isPartly) {
      reportToCallers(state, entry, setpoint, decision, { until: state.iso(raiseAt) });
      setpoint.state = 'waiting';
      setpoint.reportedUntil = raiseAt;
    } else {
      reportFinal(state, entry, setpoint, decision);
    }
  }
  if (combined?.owners.every(({ setpoint }) => setpoint.state === 'settled' && setpoint.firstSerial <= serial)) {
    state.base = combined.currents;
    state.setBy = namesOf(combined.owners);
  }
}

function isCounting(combined: Setpoints['combined'], entry: SetpointEntry): boolean {
  return combined?.owners.some((owner) => owner === entry) === true;
}

/** Setpoints wait, which is reported once for each time that they are to wait for. */
export function reportDeferred(state: GovernorState, until: number, error: ZaptecError | undefined, now: number): void {
  const { combined } = state.setpoints;
  for (const entry of state.setpoints.entries) {
    const { setpoint, settings } = entry;
    if (!setpoint || setpoint.state === 'settled' || setpoint.suspended) continue;
    if (settings.role === 'target' && !isCounting(combined, entry)) continue;
    const isNews = Math.abs((setpoint.reportedUntil ?? -Infinity) - until) > 1_000;
    if (setpoint.callers.length === 0 && !isNews) continue;
    const awaited = state.setpoints.awaited(now);
    const isAwaiting = until === awaited.raise || until === awaited.lower;
    const awaiting = isAwaiting ? 'Another target or limit is new and has no value yet' : undefined;
    reportToCallers(state, entry, setpoint, 'deferred', {
      until: state.iso(until),
      reason: error?.message ?? awaiting,
      error,
    });
    setpoint.state = 'waiting';
    setpoint.reportedUntil = until;
  }
}

/** Nothing can be set before `until`, which is reported once for each request. */
export function reportRefused(state: GovernorState, until: number, error: ZaptecError): void {
  for (const entry of state.setpoints.entries) {
    const { setpoint } = entry;
    if (!setpoint || (setpoint.state === 'settled' && setpoint.callers.length === 0)) continue;
    reportFinal(state, entry, setpoint, 'refused', { until: state.iso(until), error });
    setpoint.refused = true;
  }
}

/** The last decision about a setpoint, until something changes. */
function reportFinal(
  state: GovernorState,
  entry: SetpointEntry,
  setpoint: ActiveSetpoint,
  decision: DecisionName,
  details: Details = {},
): void {
  reportToCallers(state, entry, setpoint, decision, details);
  setpoint.state = 'settled';
  setpoint.reportedUntil = undefined;
}

function reportToCallers(
  state: GovernorState,
  { settings }: SetpointEntry,
  setpoint: ActiveSetpoint,
  decision: DecisionName,
  details: Details,
): void {
  const { callers, currents } = setpoint;
  setpoint.callers = [];
  setpoint.refused = false;
  const left = decision === 'applied' || decision === 'unchanged' ? leftBy(state) : undefined;
  const others = remarkOfOthers(state, settings.by, currents);
  const reason = details.reason ?? others ?? (left === undefined ? remark(currents) : remarkOfPause(left));
  // A limit is what it is, whichever others are lower: only what it will set is of interest.
  const isBound = settings.role === 'target' || decision === 'deferred';
  const allowed = isBound ? boundOf(state, currents) : undefined;
  report(state, settings.by, callers, decision, { requested: currents, ...details, reason, allowed, leftBy: left });
}

/** What the limits and the maximum leave of these currents; undefined where that is all of them. */
function boundOf({ setpoints, maxCurrent }: GovernorState, currents: Currents): Currents | undefined {
  const bound = lowest(currents, roundedDown(setpoints.limit), roundedDown(everyPhase(maxCurrent)));
  return isAbove(currents, bound) ? bound : undefined;
}

/** More is requested than may be set: reported once for each value that the setpoint is held at. */
function reportCap(state: GovernorState, { settings }: Reported, setpoint: ActiveSetpoint): void {
  const { currents } = setpoint;
  const most = everyPhase(state.maxCurrent);
  const bound = boundOf(state, currents);
  if (!bound) {
    setpoint.cappedAt = undefined;
    return;
  }
  if (setpoint.cappedAt && isSame(setpoint.cappedAt, bound)) return;
  setpoint.cappedAt = bound;
  const why = isSame(bound, lowest(currents, roundedDown(most)))
    ? phrase`the maximum of ${shown(most)}`
    : 'another limit';
  const reason = phrase`Held at ${shown(bound)} by ${why}`;
  report(state, settings.by, [], 'capped', { requested: currents, reason, allowed: bound });
}

function remarkOfPause(by: string): string {
  return phrase`The pause was set by ${by}, whose value no longer counts: a target, or another value in the portal, ends it`;
}

/** What people should know about the value that they chose (docs/zaptec-api.md, "Charging current"). */
function remark(currents: Currents): string | undefined {
  const least = Math.min(...PHASES.map((phase) => currents[phase]));
  if (least > 0 && least < MINIMUM_A) return phrase`Below ${MINIMUM_A} A nothing flows: this pauses`;
  // A charger on three phases takes the lowest of them on each.
  if (PHASES.some((phase) => currents[phase] !== least)) return phrase`The lowest phase counts: ${least} A`;
  return undefined;
}
