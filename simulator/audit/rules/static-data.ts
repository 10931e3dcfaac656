import type { RequestRecord } from '../../request-record';
import type { Endpoint } from '../endpoints';
import type { Observer, Seen } from '../rule';
import { Asks } from '../repeat-tracker';
import { Burst } from '../sliding-window';
import { Findings } from '../findings';
import { Recent } from '../expiring-map';
import { HOUR, many, MINUTE, SECOND } from '../wording';

const MOST = 3;
/** Every ten minutes, since its available current does change (agreed with Home Assistant, `zaptec-api.md` 4). */
const MOST_OF_INSTALLATION = 7;
const DAY = 24 * HOUR;
/** A walk reads the first page twice by design: to learn the number of pages, and for what moved there meanwhile. */
const SAME_WALK_MS = 10 * SECOND;
/** After a write the cloud may still show the old values (`zaptec-api.md` 7.3). */
const SETTLING_MS = MINUTE;

const DETAILS: ReadonlySet<string> = new Set<Endpoint>([
  'charger',
  'installation',
  'hierarchy',
  'firmware',
  'constants',
]);
/** Without the charging history, which does change. */
const LISTS: ReadonlySet<string> = new Set<Endpoint>(['installations', 'chargers']);

/** What a write may have changed. */
const TOUCHED: Partial<Record<Seen['call']['endpoint'], readonly Endpoint[]>> = {
  'installation-update': ['installation', 'hierarchy', 'firmware'],
  'charger-update': ['charger'],
  'charger-command': ['charger'],
};

interface Asked {
  readonly asks: Asks;
  readonly span: Burst<RequestRecord>;
}

/** "For data that doesn't change often … consider caching this information locally." */
export class StaticData implements Observer {
  readonly #findings = new Findings();
  readonly #details = new Recent<Asked>(HOUR);
  readonly #constants: Asked = { asks: new Asks(), span: new Burst(MOST, DAY) };
  readonly #lists = new Recent<Asked>(HOUR);
  readonly #lastPages = new Recent<number>(HOUR, 1000);
  readonly #writes = new Recent<true>(SETTLING_MS);
  #most = 0;

  onArrival(seen: Seen): void {
    const { endpoint, id } = seen.call;
    for (const touched of TOUCHED[endpoint] ?? []) this.#written(`${touched} ${id}`, seen.record.at);
    if (endpoint === 'installation-update') this.#written('installations', seen.record.at);
    if (LISTS.has(endpoint)) this.#onList(seen);
    else if (DETAILS.has(endpoint)) this.#onDetail(seen);
  }

  verdict() {
    return this.#findings.verdict(
      () =>
        `Nothing that hardly changes was asked more than ${many(this.#most, 'time')} an hour; ${MOST} are allowed (an installation: ${MOST_OF_INSTALLATION}).`,
      () =>
        `The same data that hardly changes was asked more than ${MOST} times an hour (an installation: ${MOST_OF_INSTALLATION}; constants: a day), ${many(this.#findings.count, 'time')} too often.`,
    );
  }

  #written(what: string, at: number): void {
    this.#writes.set(what, at, true);
    this.#details.delete(what);
    // A client has few lists, and an installation changes rarely.
    if (what === 'installations') this.#lists.clear();
  }

  #onDetail({ record, call: { endpoint, id } }: Seen): void {
    const what = `${endpoint} ${id}`;
    if (this.#writes.get(what, record.at)) return;
    const fresh = endpoint === 'installation' ? newAskedOften : newAsked;
    this.#count(endpoint === 'constants' ? this.#constants : this.#details.touch(what, record.at, fresh), record);
  }

  #onList({ record, call: { endpoint, query } }: Seen): void {
    const { at } = record;
    if (this.#writes.get(endpoint, at)) return;
    const list = `${endpoint} ${query.withoutPage()}`;
    const page = query.number('PageIndex') ?? 0;
    const before = this.#lastPages.get(list, at);
    this.#lastPages.set(list, at, page);
    const asked = this.#lists.touch(`${page} ${list}`, at, newAsked);
    // Large lists take longer than 10 s; a walk from the end is recognised by the page that came before the first.
    const sameWalk = page === 0 && asked.asks.last && (before === 1 || at - asked.asks.last.at < SAME_WALK_MS);
    if (!sameWalk) this.#count(asked, record);
  }

  #count({ asks, span }: Asked, record: RequestRecord): void {
    if (asks.isRetry(record)) return;
    const tooMany = span.add(record);
    this.#most = Math.max(this.#most, span.count);
    if (tooMany) this.#findings.add(...tooMany);
  }
}

const newAsked = (): Asked => ({ asks: new Asks(), span: new Burst(MOST, HOUR) });
const newAskedOften = (): Asked => ({ asks: new Asks(), span: new Burst(MOST_OF_INSTALLATION, HOUR) });
