import type { ActiveOverride } from './override';

/** What every decision of a strategy has. */
export interface StrategyDecision {
  /** Why the strategy decides as it does; part of the payload. */
  code: string;
  /** The same in one sentence for people. */
  reason: string;
  /** When to decide again at the latest, in the time that `decide` was given. */
  until: number;
}

/**
 * A strategy decides and does nothing itself: no I/O, no timer, no clock. All times are ms since 1970. What it takes
 * differs from strategy to strategy; bad input throws a ZaptecError, and what was good before goes on to count.
 */
export interface Strategy<S extends object, D extends StrategyDecision> {
  /** Takes other settings, which are checked; what was learnt stays. */
  configure(settings: S): void;
  /** @param override what a person has decided by message; undefined where the strategy decides. */
  decide(now: number, override: ActiveOverride | undefined): D;
  /** Plain JSON. */
  dump(): unknown;
  /** Takes what an earlier run has dumped, as far as it is of use under the settings of now. Never throws. */
  restore(dumped: unknown): void;
}
