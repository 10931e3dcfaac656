import { DAY, HOUR, MINUTE, SECOND } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { Endpoint } from '../endpoints';
import type { RuleObserver, AuditedRequest } from '../rule';
import { RepeatTracker } from '../repeat-tracker';
import { SlidingWindow } from '../sliding-window';
import { Findings } from '../findings';
import { ExpiringMap } from '../expiring-map';
import { many } from '../wording';

const MAX_READS = 3;
/**
 * Reads of an installation in an hour: one every five minutes, because its available current changes, and a client that
 * protects a fuse without messages has to notice. Home Assistant reads it every ten (docs/zaptec-api.md, "Rate limits").
 */
const MAX_OF_INSTALLATION = 13;
/**
 * ms; reading all pages of a list may read the first page twice: for the number of pages, and for items that moved
 * there.
 */
const SAME_WALK_MS = 10 * SECOND;
/**
 * ms after a write in which the cloud may still answer with the old values (docs/zaptec-api.md, "Charging current").
 */
const SETTLING_MS = MINUTE;

const DETAILS: ReadonlySet<string> = new Set<Endpoint>([
  'charger',
  'installation',
  'hierarchy',
  'firmware',
  'constants',
]);
/** Without the charge history, which changes often. */
const LISTS: ReadonlySet<string> = new Set<Endpoint>(['installations', 'chargers']);

/** The endpoints whose answers a write may change. */
const AFFECTED: Partial<Record<AuditedRequest['call']['endpoint'], readonly Endpoint[]>> = {
  'installation-update': ['installation', 'hierarchy', 'firmware'],
  'charger-update': ['charger'],
  'charger-command': ['charger'],
};

interface Reads {
  readonly repeats: RepeatTracker;
  readonly window: SlidingWindow<RequestRecord>;
}

/** "For data that doesn't change often … consider caching this information locally." */
export class StaticData implements RuleObserver {
  readonly #findings = new Findings();
  readonly #details = new ExpiringMap<Reads>(HOUR);
  readonly #constants: Reads = { repeats: new RepeatTracker(), window: new SlidingWindow(MAX_READS, DAY) };
  readonly #lists = new ExpiringMap<Reads>(HOUR);
  readonly #lastPages = new ExpiringMap<number>(HOUR, 1000);
  readonly #writes = new ExpiringMap<true>(SETTLING_MS);
  #maxReads = 0;

  onArrival(seen: AuditedRequest): void {
    const { endpoint, id } = seen.call;
    for (const touched of AFFECTED[endpoint] ?? []) this.#onWrite(`${touched} ${id}`, seen.record.at);
    if (endpoint === 'installation-update') this.#onWrite('installations', seen.record.at);
    if (LISTS.has(endpoint)) this.#onList(seen);
    else if (DETAILS.has(endpoint)) this.#onDetail(seen);
  }

  verdict() {
    return this.#findings.verdict(
      () =>
        `No static data was read more than ${many(this.#maxReads, 'time')} an hour; ${MAX_READS} are allowed (an installation: ${MAX_OF_INSTALLATION}).`,
      () =>
        `The same static data was read more than ${MAX_READS} times an hour (an installation: ${MAX_OF_INSTALLATION}; constants: a day), ${many(this.#findings.count, 'time')} too often.`,
    );
  }

  #onWrite(what: string, at: number): void {
    this.#writes.set(what, at, true);
    this.#details.delete(what);
    // All lists at once: a client reads few, and installations change rarely.
    if (what === 'installations') this.#lists.clear();
  }

  #onDetail({ record, call: { endpoint, id } }: AuditedRequest): void {
    const what = `${endpoint} ${id}`;
    if (this.#writes.get(what, record.at)) return;
    const fresh = endpoint === 'installation' ? newInstallationReads : newReads;
    this.#countRead(
      endpoint === 'constants' ? this.#constants : this.#details.getOrAdd(what, record.at, fresh),
      record,
    );
  }

  #onList({ record, call: { endpoint, query } }: AuditedRequest): void {
    const { at } = record;
    if (this.#writes.get(endpoint, at)) return;
    const list = `${endpoint} ${query.withoutPage()}`;
    const page = query.number('PageIndex') ?? 0;
    const before = this.#lastPages.get(list, at);
    this.#lastPages.set(list, at, page);
    const reads = this.#lists.getOrAdd(`${page} ${list}`, at, newReads);
    // Large lists take longer than 10 s: where page 1 came before page 0, the client read the pages from the end.
    const sameWalk = page === 0 && reads.repeats.last && (before === 1 || at - reads.repeats.last.at < SAME_WALK_MS);
    if (!sameWalk) this.#countRead(reads, record);
  }

  #countRead({ repeats, window }: Reads, record: RequestRecord): void {
    if (repeats.isRetry(record)) return;
    const tooMany = window.add(record);
    this.#maxReads = Math.max(this.#maxReads, window.count);
    if (tooMany) this.#findings.add(...tooMany);
  }
}

const newReads = (): Reads => ({ repeats: new RepeatTracker(), window: new SlidingWindow(MAX_READS, HOUR) });
const newInstallationReads = (): Reads => ({
  repeats: new RepeatTracker(),
  window: new SlidingWindow(MAX_OF_INSTALLATION, HOUR),
});
