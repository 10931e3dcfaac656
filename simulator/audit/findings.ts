import type { RequestRecord } from '../request-record';
import type { Verdict } from './verdict';

const MAX_EVIDENCE = 20;

/**
 * The cases in which a rule was broken. Evidence is kept of the first ones, so that a report does not change while it
 * is read.
 */
export class Findings {
  count = 0;
  readonly #evidence = new Set<RequestRecord>();

  /** Adds one case with the requests that prove it. */
  add(...records: readonly RequestRecord[]): void {
    this.count += 1;
    for (const record of records) {
      if (this.#evidence.size >= MAX_EVIDENCE) return;
      this.#evidence.add(record);
    }
  }

  /** @param kept, broken the text of the verdict in either case. */
  verdict(kept: () => string, broken: () => string): Omit<Verdict, 'rule'> {
    const ok = this.count === 0;
    return { ok, text: ok ? kept() : broken(), evidence: [...this.#evidence] };
  }
}
