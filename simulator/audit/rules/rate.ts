import type { RequestRecord } from '../../request-record';
import type { RuleObserver, AuditedRequest } from '../rule';
import { Findings } from '../findings';
import { many } from '../wording';

const LIMIT = 10;
/** ms; ten less than a second, because two clocks and a network cannot measure more precisely. */
const SPAN_MS = 990;
/** Enough to show the size of a violation. */
const MAX_COUNTED = 100;

/** "A peak rate limit of 10 requests per second per account is in place." The login has a limit of its own. */
export class Rate implements RuleObserver {
  readonly #findings = new Findings();
  readonly #recent: RequestRecord[] = [];
  #peak = 0;

  onArrival({ record, call }: AuditedRequest): void {
    if (call.endpoint === 'token') return;
    const recent = this.#recent;
    recent.push(record);
    while (recent.length > MAX_COUNTED || record.at - (recent[0]?.at ?? record.at) > SPAN_MS) recent.shift();
    this.#peak = Math.max(this.#peak, recent.length);
    if (recent.length > LIMIT) this.#findings.add(...recent);
  }

  verdict() {
    return this.#findings.verdict(
      () => `At most ${many(this.#peak, 'request')} arrived within a second, where ${LIMIT} are allowed.`,
      () =>
        `Up to ${this.#peak} requests arrived within a second, where ${LIMIT} are allowed; ${many(this.#findings.count, 'request was', 'requests were')} too many.`,
    );
  }
}
