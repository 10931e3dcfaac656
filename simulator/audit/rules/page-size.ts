import type { Observer, Seen } from '../rule';
import type { Endpoint } from '../endpoints';
import { Findings } from '../findings';
import { many } from '../wording';

const LARGEST = 100;
const LARGEST_ARCHIVED = 200;
const LISTS: ReadonlySet<string> = new Set<Endpoint>(['installations', 'chargers', 'history']);

/** "A maximum of 100 records per page is enforced. Implement pagination correctly to retrieve large datasets." */
export class PageSize implements Observer {
  readonly #findings = new Findings();
  #pages = 0;
  #small = 0;

  onArrival({ record, call: { endpoint, query } }: Seen): void {
    const list = LISTS.has(endpoint);
    if (!list && endpoint !== 'archive') return;
    this.#pages += 1;
    const size = query.number('PageSize');
    // Without a size the cloud takes 50. A list that fits on one small page costs nobody anything.
    const small = list && (size === undefined || size < LARGEST) && (query.number('PageIndex') ?? 0) >= 1;
    const large = (size ?? 0) > (list ? LARGEST : LARGEST_ARCHIVED);
    if (small) this.#small += 1;
    if (small || large) this.#findings.add(record);
  }

  verdict() {
    return this.#findings.verdict(
      () => `${many(this.#pages, 'page')} of lists, all of them read in the largest possible pages.`,
      () =>
        `Of ${many(this.#pages, 'page')} of lists ${this.#small} were further pages of fewer than ${LARGEST} and ${this.#findings.count - this.#small} larger than allowed (${LARGEST}, archived sessions ${LARGEST_ARCHIVED}).`,
    );
  }
}
