import type { RuleObserver, AuditedRequest } from '../rule';
import type { Endpoint } from '../endpoints';
import { Findings } from '../findings';
import { many } from '../wording';

const MAX_SIZE = 100;
const MAX_ARCHIVED_SIZE = 200;
const LISTS: ReadonlySet<string> = new Set<Endpoint>(['installations', 'chargers', 'history']);

/** "A maximum of 100 records per page is enforced. Implement pagination correctly to retrieve large datasets." */
export class PageSize implements RuleObserver {
  readonly #findings = new Findings();
  #pages = 0;
  #small = 0;

  onArrival({ record, call: { endpoint, query } }: AuditedRequest): void {
    const list = LISTS.has(endpoint);
    if (!list && endpoint !== 'archive') return;
    this.#pages += 1;
    const size = query.number('PageSize');
    // The default size is 50. A list that fits on one small page costs no further requests.
    const small = list && (size === undefined || size < MAX_SIZE) && (query.number('PageIndex') ?? 0) >= 1;
    const large = (size ?? 0) > (list ? MAX_SIZE : MAX_ARCHIVED_SIZE);
    if (small) this.#small += 1;
    if (small || large) this.#findings.add(record);
  }

  verdict() {
    return this.#findings.verdict(
      () => `${many(this.#pages, 'page')} of lists, all of them read in the largest possible pages.`,
      () =>
        `Of ${many(this.#pages, 'page')} of lists ${this.#small} were further pages of fewer than ${MAX_SIZE} and ${this.#findings.count - this.#small} larger than allowed (${MAX_SIZE}, archived sessions ${MAX_ARCHIVED_SIZE}).`,
    );
  }
}
