import { isAbove, lowest, MINIMUM_A, PHASES } from './currents';
import type { Currents } from './types';

/** Zaptec's own rule: not more often than every 15 minutes (docs/zaptec-api.md, "Installation settings"), in ms. */
const LEAST_INTERVAL_MS = 15 * 60_000;
const LEAST_COOLDOWN_MS = 60_000;
const HOUR_MS = 60 * 60_000;
const MOST_EARLY = 6;

/** When writes were sent, ms of `clock.steady()`. */
export interface WriteTimes {
  /** When the last write was sent; -Infinity for never. */
  sentAt: number;
  /** When the last one was sent that got through. */
  doneAt: number;
  /** When targets were lowered before their interval was over, within the hour before the last write. */
  early: readonly number[];
}

const NEVER: WriteTimes = { sentAt: -Infinity, doneAt: -Infinity, early: [] };

/** When the next write may be sent. */
export class Pacing {
  #times: WriteTimes;

  constructor({ sentAt, doneAt, early }: WriteTimes = NEVER) {
    this.#times = { sentAt, doneAt, early };
  }

  get times(): WriteTimes {
    return this.#times;
  }

  /** From when on a phase may rise. */
  raiseAt(intervalMs: number): number {
    return this.#times.sentAt + Math.max(intervalMs, LEAST_INTERVAL_MS);
  }

  /** From when on a limit may lower. */
  limitAt(cooldownMs: number): number {
    return this.#times.doneAt + Math.max(cooldownMs, LEAST_COOLDOWN_MS);
  }

  /** From when on a target may lower, at most six times an hour before the interval is over. */
  earlyAt(cooldownMs: number, intervalMs: number): number {
    const { early } = this.#times;
    const oldest = early[early.length - MOST_EARLY];
    const soonest = Math.max(this.limitAt(cooldownMs), oldest === undefined ? -Infinity : oldest + HOUR_MS);
    return Math.min(soonest, this.raiseAt(intervalMs));
  }

  sent(at: number): void {
    this.#times = { ...this.#times, sentAt: at };
  }

  /** @param counted the write lowered a target before the interval was over. */
  done(at: number, counted: boolean): void {
    const { sentAt, doneAt, early } = this.#times;
    const recent = early.filter((time) => time > at - HOUR_MS);
    // Another machine may have sent the same a moment later, and got it through.
    const times = { sentAt: Math.max(at, sentAt), doneAt: Math.max(at, doneAt) };
    this.#times = { ...times, early: counted ? [...recent, at] : recent };
  }

  /** The write was refused and never acted: as if it had not been sent. */
  takeBack(before: WriteTimes): void {
    this.#times = before;
  }

  /** Another machine has written. */
  learn({ sentAt, doneAt, early }: WriteTimes): void {
    const mine = this.#times;
    this.#times = {
      sentAt: Math.max(mine.sentAt, sentAt),
      doneAt: Math.max(mine.doneAt, doneAt),
      early: joined(mine.early, early),
    };
  }
}

/** Each once: machines measure the same time a little differently, and two of one hour are a cooldown apart. */
function joined(one: readonly number[], other: readonly number[]): number[] {
  const news = other.filter((at) => one.every((known) => Math.abs(known - at) >= LEAST_COOLDOWN_MS / 2));
  return [...one, ...news].sort((a, b) => a - b);
}

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
  /** A change that is not worth a write: within the dead band, or of one pause for another. */
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
  const limited = isAbove(present, situation.limit);
  // A small fall would only make the next raise wait.
  const lowers = falls && (limited || isFallWorthIt(situation));
  if (!lowers && !(rises && isWorthIt(situation))) return { do: 'drop' };
  if (lowers && !limited && now < situation.notBefore.lower) return { do: 'wait', until: situation.notBefore.lower };
  if (now >= raiseAt || (lowers && !rises && now >= pacing.raiseAt(intervalMs))) {
    return { do: 'write', currents: desired, early: false, counted: false };
  }
  if (!lowers) return { do: 'wait', until: raiseAt };
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
      desired[phase] - present[phase] > deadBandA + 1e-6 || (present[phase] < MINIMUM_A && desired[phase] >= MINIMUM_A),
  );
}

/** The fall is more than the dead band, or pauses. */
function isFallWorthIt({ present, desired, deadBandA }: Situation): boolean {
  return PHASES.some(
    (phase) =>
      present[phase] - desired[phase] > deadBandA + 1e-6 ||
      (desired[phase] < MINIMUM_A && desired[phase] < present[phase] - 1e-6),
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
