import { clock, MINIMUM_A, type Currents, type Decision } from '../../src/client';
import { amperes } from '../shared/amperes';
import { guarded } from '../shared/guard';
import { failureStatus, shortName, type StatusDescription, type StatusReducer } from '../shared/status';

const MINUTE = 60_000;
const GREEN = { fill: 'green', shape: 'dot' } as const;
const WAITING = { fill: 'yellow', shape: 'ring' } as const;
const ODD = { fill: 'yellow', shape: 'dot' } as const;

/** A countdown in minutes need not be newer than this, in ms. */
const COUNTDOWN_MS = 15_000;

export interface DecisionDisplay {
  /**
   * What this decision looks like from now on; undefined where what was shown before stays.
   * @param isUnitDoubtful the value was a power that looks like a current
   */
  show(decision: Decision, isUnitDoubtful?: boolean): StatusDescription | undefined;
  /** Something else is shown now, and nothing is counted down. */
  forget(): void;
  end(): void;
}

/** Shows the newest decision of a node, and counts down to when one that waits will be sent. */
export function showDecisions(
  status: StatusReducer,
  dryRun: boolean,
  report: (thrown: unknown) => void,
): DecisionDisplay {
  let shown: Decision | undefined;
  let shownAt = { wall: 0, steady: 0 };
  const statusOf = (decision: Decision, now = clock.wall()) => decisionStatus(decision, { dryRun, now });
  const tick = guarded(() => {
    if (shown?.decision !== 'deferred') return;
    // `until` is of the wall clock of then, which may have been set since.
    const now = shownAt.wall + clock.steady() - shownAt.steady;
    status.set(statusOf(shown, now) ?? failureStatus(shown.decision));
  }, report);
  const countdown = setInterval(tick, COUNTDOWN_MS).unref();
  return {
    show(decision, isUnitDoubtful = false) {
      const parameters = { a: amperes(decision.applied ?? decision.requested) };
      const doubtful: StatusDescription = { ...ODD, key: 'unit', parameters };
      const description = isUnitDoubtful ? doubtful : statusOf(decision);
      if (description) [shown, shownAt] = [decision, { wall: clock.wall(), steady: clock.steady() }];
      return description;
    },
    forget() {
      shown = undefined;
    },
    end() {
      clearInterval(countdown);
    },
  };
}

/** A decision as a status; undefined where what was shown before still holds. */
export function decisionStatus(
  decision: Decision,
  { dryRun, now }: { dryRun: boolean; now: number },
): StatusDescription | undefined {
  const { requested, applied, allowed, leftBy, recordProblem, until, error } = decision;
  const a = amperes(applied ?? requested);
  switch (decision.decision) {
    case 'applied':
    case 'unchanged':
    case 'lowered-early':
      if (dryRun) return { ...WAITING, key: 'dry', parameters: { a } };
      if (leftBy !== undefined) return { ...ODD, key: 'left', parameters: { a, by: shortName(leftBy) } };
      if (recordProblem !== undefined) return { ...ODD, key: 'unrecorded', parameters: { a } };
      if (allowed) return { ...ODD, key: 'capped', parameters: { a: amperes(allowed) } };
      return { ...GREEN, key: isPause(applied ?? requested) ? 'too-little' : 'applied', parameters: { a } };
    case 'deferred':
      return {
        ...WAITING,
        key: 'waiting',
        parameters: { a: amperes(allowed ?? requested), min: until === undefined ? '?' : minutesTo(until, now) },
      };
    case 'dropped':
      return { ...GREEN, key: isPause(applied) ? 'too-little' : 'dropped', parameters: { a } };
    case 'capped':
      return { ...ODD, key: 'capped', parameters: { a: amperes(allowed ?? applied ?? requested) } };
    case 'dead-man':
      return { ...WAITING, key: 'dead-man', parameters: { a: amperes(requested) } };
    case 'foreign-change':
      return { ...ODD, key: 'foreign', parameters: { a } };
    case 'not-following':
      return { ...ODD, key: 'not-following' };
    case 'refused':
      return failureStatus(error?.code ?? 'INTERNAL');
    case 'outranked':
      return {
        ...WAITING,
        key: 'outranked',
        parameters: { a: amperes(decision.counting?.currents), by: shortName(decision.counting?.by ?? '?') },
      };
    case 'superseded':
      return undefined;
  }
}

/** Below 6 A nothing flows (docs/zaptec-api.md, "Charging current"). */
function isPause(currents: Currents | undefined): boolean {
  return currents !== undefined && Math.max(currents.phase1, currents.phase2, currents.phase3) < MINIMUM_A;
}

function minutesTo(until: string, now: number): number {
  return Math.max(1, Math.ceil((Date.parse(until) - now) / MINUTE));
}
