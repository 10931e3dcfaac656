import type { RequestRecord } from '../request-record';

/** The result of one rule for one client. */
export interface Verdict {
  rule: string;
  ok: boolean;
  /** One sentence with figures, for people. */
  text: string;
  /** The requests that prove a violation, at most 20; empty where the rule was kept. */
  evidence: RequestRecord[];
}

/** All rules for one client. */
export interface ClientReport {
  client: string;
  /** The number of requests that were audited. */
  requests: number;
  ok: boolean;
  verdicts: Verdict[];
}
