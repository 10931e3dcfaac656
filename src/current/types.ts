import type { ZaptecError } from '../errors/zaptec-error';

/** A per phase. */
export interface Currents {
  phase1: number;
  phase2: number;
  phase3: number;
}

/** A `target` is what should flow, a `limit` what must not be exceeded. */
export type RequestRole = 'target' | 'limit';

/** What happens when somebody else has set another value than the requested one: report it, set it again, or give way. */
export type ForeignPolicy = 'report' | 'reassert' | 'yield';

/** Which of the targets of several nodes counts; where the nodes do not agree, the lowest does. */
export type CombineRule = 'newest' | 'highest' | 'lowest' | 'priority';

/** How the requests of one node are to be treated. */
export interface RequestSettings {
  /** Id of the node. */
  by: string;
  /** The node for people, where another one asks who has set a value. */
  name?: string;
  /** A target that is withdrawn gives back what was set before the first target; otherwise its value stays. */
  restores?: boolean;
  role: RequestRole;
  /** Which target counts beside those of other nodes, for each phase; the newest if absent. */
  combine?: CombineRule;
  /** Where targets are combined by priority the highest counts, and the newest of several; 0 if absent. */
  priority?: number;
  /** Least time between a write and a raise, in ms; never less than 15 minutes, whatever is set. */
  intervalMs: number;
  /** A raise by no more than this is not worth a write, in A. */
  deadBandA: number;
  /** A lower target need not wait for the interval; a lower limit never does. */
  lowerAtOnce: boolean;
  /** Least time between a write and an early lowering, in ms; never less than 60 s, whatever is set. */
  cooldownMs: number;
  /** Without a valid request for `afterMs`, at most `safeA` may flow. */
  deadMan?: { afterMs: number; safeA: number };
  foreign: ForeignPolicy;
  /** Decides and reports, but sends nothing. */
  dryRun: boolean;
}

/** The current that one node wants (docs/zaptec-api.md, "Installation settings"). */
export interface CurrentRequest extends RequestSettings {
  /** A; 0 pauses, and so does anything below 6. */
  currents: Currents;
}

/** What one node requests at present. */
export interface RequestView {
  /** The id of the node. */
  by: string;
  /** The node for people. */
  name: string;
  role: RequestRole;
  currents: Currents;
}

/** What a governor works on at present. */
export interface GovernorView {
  /** What the cloud has, as far as is known. */
  applied?: Currents;
  /** When a current may be raised next, ms since 1970 by the wall clock; absent when it may be at once. */
  raiseAt?: number;
  /** What nodes have requested and not withdrawn. */
  requests: readonly RequestView[];
}

/** A pause that neither a target nor a limit asks for: a target, or another value in the portal, ends it. */
export interface LeftPause {
  /** Who has set it, for people. */
  by: string;
  /** A; nothing flows. */
  currents: Currents;
  /** How long ago it was seen last, in ms. */
  ageMs: number;
}

export type DecisionName =
  /** The cloud has it. */
  | 'applied'
  /** The cloud had it already. */
  | 'unchanged'
  /** It waits, `until` then. */
  | 'deferred'
  /** A newer request took its place before it was sent. */
  | 'superseded'
  /** The target of another node counts, as `counting` says. */
  | 'outranked'
  /** A raise within the dead band. */
  | 'dropped'
  /** The cloud has it, before the interval was over; a phase that rises waits `until` then. */
  | 'lowered-early'
  /** More than the installation may have, or than the limit of another node allows. */
  | 'capped'
  /** No valid request for too long: the safe value counts as a limit. */
  | 'dead-man'
  /** Somebody else has set another value. */
  | 'foreign-change'
  /** More flows than what was set. */
  | 'not-following'
  /** It cannot be done; see `error`. */
  | 'refused';

/** The target that counts of those of several nodes. */
export interface CountingTarget {
  /** Whose it is, for people. */
  by: string;
  /** A, before limits. */
  currents: Currents;
  rule: CombineRule;
}

export interface Decision {
  decision: DecisionName;
  requested?: Currents;
  /** The current that the cloud has, as far as is known. */
  applied?: Currents;
  /** What the limits and the maximum of the installation leave of the request; absent where that is all of it. */
  allowed?: Currents;
  /** The target that counts in the place of this one. */
  counting?: CountingTarget;
  /** What is shown has changed, and that is all: no message goes out for it. */
  statusOnly?: boolean;
  /** Nothing flows, no target and no limit asks for that, and this is who has set it. */
  leftBy?: string;
  /** Why the last write would be forgotten at a restart, for people. */
  recordProblem?: string;
  /** What the wall clock will show then, ISO 8601 with Z. */
  until?: string;
  /** For people. */
  reason?: string;
  error?: ZaptecError;
}
