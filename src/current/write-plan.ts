import { isAbove, lowest, MINIMUM_A, PHASES } from './currents';
import type { Pacing } from './pacing';
import type { Currents } from './types';

/** All that counts for the next write, in A and ms. */
export interface Situation {
  /** What the cloud has; in doubt the most that it may have. */
  present: Currents;
  /** What it should have: the newest target under every limit. */
  desired: Currents;
  /** All limits together. */
  limit: Currents;
  intervalMs: number;
  deadBandA: number;
  /** A change from one value below 6 A to another is not worth a write: both pause. */
  skipsPauseValues: boolean;
  lowerAtOnce: boolean;
  cooldownMs: number;
  limitCooldownMs: number;
  /** A write of these was refused for a passing reason: the same once more is one write and not two. */
  retrying: Currents | undefined;
  /** No target may raise or lower before these times, whatever the interval says. */
  notBefore: { raise: number; lower: number };
}

export type WritePlan =
  | { do: 'nothing' }
  /** A change that is not worth a write. */
  | { do: 'drop' }
  | { do: 'wait'; until: number }
  /** @property early before the interval is over. @property counted it uses up one of the six of an hour. */
  | { do: 'write'; currents: Currents; early: boolean; counted: boolean };

/** What to do now: a phase that falls does so early, a phase that rises waits for the interval. */
export function planWrite(situation: Situation, pacing: Pacing, now: number): WritePlan {
  const { present, desired, intervalMs } = situation;
  const falls = isAbove(present, desired);
  const rises = isAbove(desired, present);
  if (!falls && !rises) return { do: 'nothing' };
  if (situation.skipsPauseValues && staysPaused(situation)) return { do: 'drop' };
  const raiseAt = raiseTime(situation, pacing);
  if (!falls && !isWorthIt(situation)) return { do: 'drop' };
  const limited = isAbove(present, situation.limit);
  if (falls && !limited && now < situation.notBefore.lower) return { do: 'wait', until: situation.notBefore.lower };
  if (now >= raiseAt || (!rises && now >= pacing.raiseAt(intervalMs))) {
    return { do: 'write', currents: desired, early: false, counted: false };
  }
  if (!falls) return { do: 'wait', until: raiseAt };
  const lowerAt = limited ? pacing.limitAt(situation.limitCooldownMs) : targetTime(situation, pacing);
  if (now < lowerAt) return { do: 'wait', until: lowerAt };
  const early = now < pacing.raiseAt(intervalMs);
  return { do: 'write', currents: lowest(present, desired), early, counted: early && !limited };
}

function raiseTime({ desired, retrying, intervalMs, notBefore }: Situation, pacing: Pacing): number {
  const same = retrying !== undefined && !isAbove(desired, retrying) && !isAbove(retrying, desired);
  return Math.max(notBefore.raise, same ? -Infinity : pacing.raiseAt(intervalMs));
}

function targetTime({ lowerAtOnce, cooldownMs, intervalMs }: Situation, pacing: Pacing): number {
  return lowerAtOnce ? pacing.earlyAt(cooldownMs, intervalMs) : pacing.raiseAt(intervalMs);
}

/** The raise is more than the dead band, or lets charging begin. */
function isWorthIt({ present, desired, deadBandA }: Situation): boolean {
  return PHASES.some(
    (phase) =>
      desired[phase] - present[phase] > deadBandA + 1e-6 ||
      (present[phase] < MINIMUM_A && desired[phase] >= MINIMUM_A && desired[phase] > present[phase]),
  );
}

/**
 * Below 6 A nothing flows, so that one such value is as good as another: a write for it would only make the raise that
 * lets charging begin wait. But 0 is set where it is requested, and a limit lowers in any case.
 */
function staysPaused({ present, desired, limit }: Situation): boolean {
  return PHASES.every(
    (phase) =>
      desired[phase] === present[phase] ||
      (present[phase] < MINIMUM_A &&
        present[phase] <= limit[phase] &&
        desired[phase] > 0 &&
        desired[phase] < MINIMUM_A),
  );
}
