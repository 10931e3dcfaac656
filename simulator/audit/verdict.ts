import type { RequestRecord } from '../request-record';

/** What one rule has to say of one client. */
export interface Verdict {
  rule: string;
  ok: boolean;
  /** One sentence for a person, with figures. */
  text: string;
  /** The requests that prove it, at most 20; empty when the rule was kept. */
  evidence: RequestRecord[];
}

/** All rules for one client. */
export interface ClientReport {
  client: string;
  /** How many of its requests were judged. */
  requests: number;
  ok: boolean;
  verdicts: Verdict[];
}
