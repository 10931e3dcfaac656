import type { RuleObserver, AuditedRequest } from '../rule';
import { Findings } from '../findings';
import { many } from '../wording';

/** "A complete list of endpoints can be found in API reference." All other endpoints are internal. */
export class Undocumented implements RuleObserver {
  readonly #findings = new Findings();
  #requests = 0;
  #first = '';

  onArrival({ record, call }: AuditedRequest): void {
    this.#requests += 1;
    if (call.endpoint !== 'undocumented') return;
    if (this.#first === '') this.#first = `${record.method} ${record.path.slice(0, 200)}`;
    this.#findings.add(record);
  }

  verdict() {
    return this.#findings.verdict(
      () => `${many(this.#requests, 'request')}, every one to a documented endpoint.`,
      () =>
        `Of ${many(this.#requests, 'request')} ${this.#findings.count} went to endpoints that Zaptec does not document, ${this.#first} first.`,
    );
  }
}
