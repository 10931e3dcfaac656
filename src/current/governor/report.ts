import type { ZaptecError } from '../../errors/zaptec-error';
import { everyPhase, isAbove, isSame, lowest, MINIMUM_A, PHASES, roundedDown, shown } from '../currents';
import type { Currents, Decision, DecisionName } from '../types';
import type { SetpointEntry, ActiveSetpoint } from '../setpoints';
import type { GovernorState } from './state';

/** @param asked the calls whose answer it is; without any it goes to the listeners. */
export function tell(
  state: GovernorState,
  by: string,
  asked: readonly number[],
  decision: DecisionName,
  more: Partial<Decision>,
): void {
  const applied = state.belief.currents;
  const told: Decision = { decision, ...(applied ? { applied } : {}), ...more };
  state.do({ do: 'tell', by, asked, decision: told });
}

/** To every node of these that has a wish, whatever became of it. */
export function tellEach(
  state: GovernorState,
  entries: readonly SetpointEntry[],
  decision: DecisionName,
  reason: string,
): void {
  for (const { settings, wish } of entries) {
    if (wish) tell(state, settings.by, [], decision, { requested: wish.currents, reason });
  }
}

/** A wish that another one takes the place of. */
export function supersede(state: GovernorState, { settings }: SetpointEntry, wish: ActiveSetpoint): void {
  if (wish.state !== 'settled') tell(state, settings.by, wish.asked, 'superseded', { requested: wish.currents });
  wish.asked = [];
  wish.state = 'settled';
}

/** What is true now concerns every wish that was not told so yet, up to `serial`. */
export function settle(state: GovernorState, now: number, decision: DecisionName, serial: number): void {
  const { book, pacing } = state;
  const present = state.belief.currents as Currents;
  const desired = book.desired(state.base ?? present, state.maxCurrent);
  const rest = isAbove(desired, present) && decision === 'lowered-early';
  const raiseAt = Math.max(pacing.raiseAt(book.pace.intervalMs), book.silence(now).raise);
  const owner = book.target;
  for (const entry of book.entries) {
    const { wish } = entry;
    if (!wish || wish.suspended || wish.since > serial) continue;
    const isOpen = wish.state !== 'settled' || wish.asked.length > 0;
    if (entry === owner) tellCap(state, entry, wish);
    if (entry.settings.role === 'target' && entry !== owner) continue;
    const again = entry === owner && wish.state === 'settled' && decision === 'applied' && wish.cappedAt === undefined;
    if (!isOpen && !again) continue;
    if (rest) {
      answer(state, entry, wish, decision, { until: new Date(raiseAt).toISOString() });
      wish.state = 'waiting';
      wish.toldUntil = raiseAt;
    } else {
      finish(state, entry, wish, decision);
    }
  }
  if (owner && !owner.wish.suspended && owner.wish.state === 'settled') state.base = owner.wish.currents;
}

/** It waits, and hears so once for each time that it is to wait for. */
export function defer(state: GovernorState, until: number, error: ZaptecError | undefined, now: number): void {
  const { target } = state.book;
  for (const entry of state.book.entries) {
    const { wish, settings } = entry;
    if (!wish || wish.state === 'settled' || wish.suspended) continue;
    if (settings.role === 'target' && entry !== target) continue;
    const isNews = Math.abs((wish.toldUntil ?? -Infinity) - until) > 1_000;
    if (wish.asked.length === 0 && !isNews) continue;
    const silence = state.book.silence(now);
    const silent = until === silence.raise || until === silence.lower;
    answer(state, entry, wish, 'deferred', {
      until: new Date(until).toISOString(),
      ...(silent ? { reason: 'A limit that was just deployed has not said anything yet' } : {}),
      ...(error ? { reason: error.message, error } : {}),
    });
    wish.state = 'waiting';
    wish.toldUntil = until;
  }
}

/** The last word about a wish. */
export function finish(
  state: GovernorState,
  entry: SetpointEntry,
  wish: ActiveSetpoint,
  decision: DecisionName,
  more: Partial<Decision> = {},
): void {
  answer(state, entry, wish, decision, more);
  wish.state = 'settled';
  delete wish.toldUntil;
}

function answer(
  state: GovernorState,
  { settings }: SetpointEntry,
  wish: ActiveSetpoint,
  decision: DecisionName,
  more: Partial<Decision>,
): void {
  const { asked } = wish;
  wish.asked = [];
  const reason = more.reason ?? remark(wish.currents);
  tell(state, settings.by, asked, decision, { requested: wish.currents, ...(reason ? { reason } : {}), ...more });
}

/** More is wanted than may be set: told once for each value that it is held at. */
function tellCap(state: GovernorState, { settings }: SetpointEntry, wish: ActiveSetpoint): void {
  const most = everyPhase(state.maxCurrent);
  const bound = lowest(wish.currents, roundedDown(state.book.limit), roundedDown(most));
  if (!isAbove(wish.currents, bound)) {
    wish.cappedAt = undefined;
    return;
  }
  if (wish.cappedAt && isSame(wish.cappedAt, bound)) return;
  wish.cappedAt = bound;
  const why = isAbove(wish.currents, most) ? `the maximum of ${shown(most)}` : 'the limit of another node';
  const reason = `Held at ${shown(bound)} by ${why}`;
  tell(state, settings.by, [], 'capped', { requested: wish.currents, reason });
}

/** What people should know about the value that they chose (`zaptec-api.md` 7.3, `users-and-peers.md` B 9 and 12). */
function remark(currents: Currents): string | undefined {
  const least = Math.min(...PHASES.map((phase) => currents[phase]));
  if (least > 0 && least < MINIMUM_A) return `Below ${MINIMUM_A} A nothing flows: this pauses`;
  if (PHASES.some((phase) => currents[phase] !== least)) return `The lowest phase counts: ${least} A`;
  return undefined;
}
