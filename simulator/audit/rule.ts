import type { RequestRecord } from '../request-record';
import type { AuditedCall } from './audited-call';
import type { Verdict } from './verdict';

/** A request as the rules see it: read once, however many rules look at it. */
export interface AuditedRequest {
  readonly record: RequestRecord;
  readonly call: AuditedCall;
}

/** What a rule may ask besides the requests of its own client. */
export interface RuleContext {
  /** ms since 1970 */
  now(): number;
  /** A per phase before the write that is just arriving. */
  currentOf(installationId: string): readonly number[] | undefined;
  /** How often a token was refused (401) to this User-Agent; one refused token has no account any more. */
  refusedTokens(userAgent: string | undefined): number;
}

/** Watches one client for one rule. Must cost O(1) for each request and keep a bounded amount. */
export interface RuleObserver {
  onArrival?(seen: AuditedRequest): void;
  onAnswer?(seen: AuditedRequest): void;
  verdict(): Omit<Verdict, 'rule'>;
}

export interface Rule {
  readonly name: string;
  /** One observer for each client. */
  readonly createObserver: (context: RuleContext) => RuleObserver;
}
