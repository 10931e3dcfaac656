import { isAbove, lowest, MINIMUM_A, PHASES } from './currents';
import type { Currents } from './types';
import type { Pacing } from './pacing';

/** What is to be weighed, in A and ms. */
export interface Situation {
  /** What the cloud has; in doubt the most that it may have. */
  present: Currents;
  /** What it should have: the newest target under every limit. */
  desired: Currents;
  /** All limits together. */
  limit: Currents;
  intervalMs: number;
  deadBandA: number;
  /** What would not change what flows is not worth a write. */
  sparing: boolean;
  lowerAtOnce: boolean;
  cooldownMs: number;
  limitCooldownMs: number;
  /** A write of these was refused for a passing reason: the same once more is one write and not two. */
  retrying: Currents | undefined;
  /** No target may raise or lower before, whatever the interval says. */
  hold: { raise: number; lower: number };
}

export type Plan =
  | { do: 'nothing' }
  /** A change that is not worth a write. */
  | { do: 'drop' }
  | { do: 'wait'; until: number }
  /** @property early before the interval is over. @property counted it uses up one of the six of an hour. */
  | { do: 'write'; currents: Currents; early: boolean; counted: boolean };

/** What to do now, by the rules of design section 5: phases that fall fall, phases that rise wait. */
export function planOf(situation: Situation, pacing: Pacing, now: number): Plan {
  const { present, desired, intervalMs } = situation;
  const falls = isAbove(present, desired);
  const rises = isAbove(desired, present);
  if (!falls && !rises) return { do: 'nothing' };
  if (situation.sparing && isIdle(situation)) return { do: 'drop' };
  const raiseAt = raiseTime(situation, pacing);
  if (!falls && !isWorthIt(situation)) return { do: 'drop' };
  const limited = isAbove(present, situation.limit);
  if (falls && !limited && now < situation.hold.lower) return { do: 'wait', until: situation.hold.lower };
  if (now >= raiseAt || (!rises && now >= pacing.raiseAt(intervalMs))) {
    return { do: 'write', currents: desired, early: false, counted: false };
  }
  if (!falls) return { do: 'wait', until: raiseAt };
  const lowerAt = limited ? pacing.limitAt(situation.limitCooldownMs) : targetTime(situation, pacing);
  if (now < lowerAt) return { do: 'wait', until: lowerAt };
  const early = now < pacing.raiseAt(intervalMs);
  return { do: 'write', currents: lowest(present, desired), early, counted: early && !limited };
}

function raiseTime({ desired, retrying, intervalMs, hold }: Situation, pacing: Pacing): number {
  const same = retrying !== undefined && !isAbove(desired, retrying) && !isAbove(retrying, desired);
  return Math.max(hold.raise, same ? -Infinity : pacing.raiseAt(intervalMs));
}

function targetTime({ lowerAtOnce, cooldownMs, intervalMs }: Situation, pacing: Pacing): number {
  return lowerAtOnce ? pacing.earlyAt(cooldownMs, intervalMs) : pacing.raiseAt(intervalMs);
}

/** More than the dead band, or what lets charging begin. */
function isWorthIt({ present, desired, deadBandA }: Situation): boolean {
  return PHASES.some(
    (phase) =>
      desired[phase] - present[phase] > deadBandA + 1e-6 ||
      (present[phase] < MINIMUM_A && desired[phase] >= MINIMUM_A && desired[phase] > present[phase]),
  );
}

/**
 * Below 6 A nothing flows, so that one such value is as good as another: a write for it would only make the raise that
 * lets charging begin wait. But 0 is set where it is wanted, and a limit lowers in any case.
 */
function isIdle({ present, desired, limit }: Situation): boolean {
  return PHASES.every(
    (phase) =>
      desired[phase] === present[phase] ||
      (present[phase] < MINIMUM_A &&
        present[phase] <= limit[phase] &&
        desired[phase] > 0 &&
        desired[phase] < MINIMUM_A),
  );
}
