import type { RequestRecord } from '../request-record';
import type { AuditedCall } from './audited-call';
import type { Verdict } from './verdict';

/** A request and its call; the call is parsed once for all rules. */
export interface AuditedRequest {
  readonly record: RequestRecord;
  readonly call: AuditedCall;
}

/** What a rule can read besides the requests of its client. */
export interface RuleContext {
  /** ms since 1970 */
  now(): number;
  /** The available current before the arriving write, A per phase. */
  currentOf(installationId: string): readonly number[] | undefined;
  /** How often a token of this User-Agent was refused (401); the account of a refused token is not known. */
  refusedTokens(userAgent: string | undefined): number;
}

/** Checks one client against one rule. Each request must cost O(1), and the memory must be bounded. */
export interface RuleObserver {
  onArrival?(seen: AuditedRequest): void;
  onAnswer?(seen: AuditedRequest): void;
  verdict(): Omit<Verdict, 'rule'>;
}

export interface Rule {
  readonly name: string;
  /** Each client gets an observer of its own. */
  readonly createObserver: (context: RuleContext) => RuleObserver;
}
