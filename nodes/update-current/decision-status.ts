import type { Decision } from '../../src/client';
import { guarded } from '../shared/guard';
import { failureStatus, type StatusDescription, type StatusReducer } from '../shared/status';
import { decisionStatus } from './decisions';

/** A countdown in minutes need not be newer than this, in ms. */
const COUNTDOWN_MS = 15_000;

export interface DecisionDisplay {
  /** What this decision looks like from now on; where it changes nothing, what was shown before stays. */
  sign(decision: Decision): StatusDescription | undefined;
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
  const signOf = (decision: Decision) => decisionStatus(decision, { dryRun, now: Date.now() });
  const tick = guarded(() => {
    if (shown?.decision !== 'deferred') return;
    status.set(signOf(shown) ?? failureStatus(shown.decision));
  }, report);
  const countdown = setInterval(tick, COUNTDOWN_MS).unref();
  return {
    sign(decision) {
      const sign = signOf(decision);
      if (sign) shown = decision;
      return sign;
    },
    forget() {
      shown = undefined;
    },
    end() {
      clearInterval(countdown);
    },
  };
}
