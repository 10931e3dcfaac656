import { SECOND } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { RuleObserver, AuditedRequest } from '../rule';
import { Findings } from '../findings';
import { many } from '../wording';

const MAX_REQUESTS = 15;
const SPAN_MS = SECOND;

/**
 * "If you need charger connection details after a reboot or deployment, stagger or batch these requests instead of
 * requesting all at once." A start is the first request of all and the first after a login.
 */
export class Storm implements RuleObserver {
  readonly #findings = new Findings();
  #first: RequestRecord[] = [];
  #starting = true;
  #peak = 0;

  onArrival({ record, call }: AuditedRequest): void {
    if (call.endpoint === 'token') return;
    if (this.#starting) this.#first = [];
    this.#starting = false;
    if (record.at - (this.#first[0]?.at ?? record.at) > SPAN_MS) return;
    // Bounds the memory for a client that sends thousands of requests.
    if (this.#first.length > 1000) return;
    this.#first.push(record);
    this.#peak = Math.max(this.#peak, this.#first.length);
    if (this.#first.length === MAX_REQUESTS + 1) this.#findings.add(...this.#first);
  }

  onAnswer({ record, call }: AuditedRequest): void {
    if (call.endpoint === 'token' && record.status === 200) this.#starting = true;
  }

  verdict() {
    return this.#findings.verdict(
      () =>
        `At most ${many(this.#peak, 'request')} in the first second after a start, where ${MAX_REQUESTS} are allowed.`,
      () =>
        `Up to ${this.#peak} requests in the first second after a start, where ${MAX_REQUESTS} are allowed (${many(this.#findings.count, 'start')}).`,
    );
  }
}
