import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions, LoadContext, Loaded } from '../http/cache';
import { target } from '../http/endpoints';
import { isObject, type JsonObject } from '../zaptec/json';
import type { Caller } from './caller';
import { numberOf } from './field-types';
import { MOST_PAGES, walkPages, type Page, type WalkedPage } from './pages';
import { formOf, withId, type Identified } from './shape';
import { phrase } from '../errors/phrase';

/** Zaptec's maximum (docs/zaptec-api.md, "Paging"). */
const PAGE_SIZE = 100;
/** Guess: that a list can be sorted by this property; where the cloud refuses, the list is read unsorted. */
const BY_AGE = 'CreatedOnDate';

/** The whole list, read page by page and kept for an hour. */
export async function readList(
  caller: Caller,
  path: string,
  query: Record<string, string>,
  options: CallOptions,
): Promise<Answer<Identified[]>> {
  const where = target('GET', path);
  const floor = () => where.endpoint?.floorMs ?? 0;
  return caller.cached(listKey(path, query), options, floor, (context) => loadList(caller, path, query, context));
}

/** The whole list for a reader that keeps it under a key of its own. */
export async function loadList(
  caller: Caller,
  path: string,
  query: Record<string, string>,
  { lane, signal }: LoadContext,
): Promise<Loaded<Identified[]>> {
  // Not guarded: the load may be shared with clients that go on when this one is closed.
  const reader = new ListReader(path, query, (page) => caller.fetch(target('GET', page), { lane, signal }));
  const pages: Identified[][] = [];
  for await (const { index, items } of reader.pages()) pages[index] = items;
  const data = pages.flat();
  WITHOUT_ID.set(data, reader.withoutId);
  return { data, attempts: reader.attempts };
}

const WITHOUT_ID = new WeakMap<readonly Identified[], readonly JsonObject[]>();

/** The entries that a list from `readList` leaves out because they have no usable id. */
export function entriesWithoutId(list: readonly Identified[]): readonly JsonObject[] {
  return WITHOUT_ID.get(list) ?? [];
}

/** The same list one page at a time and past the cache, so that memory does not grow with it. */
export async function* readPages(
  caller: Caller,
  path: string,
  query: Record<string, string>,
  options: CallOptions,
): AsyncGenerator<Identified[]> {
  const fetch: FetchPage = (page) => caller.guarded(options, (guarded) => caller.fetch(target('GET', page), guarded));
  for await (const { items } of new ListReader(path, query, fetch).pages()) yield items;
}

/** Where the cache keeps a whole list. */
export function listKey(path: string, query: Record<string, string>): string {
  return `${path}#${new URLSearchParams(query).toString()}`;
}

type FetchPage = (path: string) => Promise<Loaded<unknown> | undefined>;

/** Reads the pages of one list, and counts the requests. */
class ListReader {
  attempts = 0;
  withoutId: JsonObject[] = [];
  readonly #path: string;
  readonly #query: Record<string, string>;
  readonly #fetch: FetchPage;
  #sort: Record<string, string> = { SortProperty: BY_AGE, SortDescending: 'false' };

  constructor(path: string, query: Record<string, string>, fetch: FetchPage) {
    this.#path = path;
    this.#query = query;
    this.#fetch = fetch;
  }

  /** @throws ZaptecError `BAD_ANSWER` for a list that does not end. */
  pages(): AsyncGenerator<WalkedPage<Identified>> {
    return walkPages(
      (index) => this.#page(index),
      ({ id }) => id,
      { pageSize: PAGE_SIZE, tooMany, emptyPage },
    );
  }

  async #page(index: number): Promise<Page<Identified>> {
    const query = { ...this.#query, PageSize: String(PAGE_SIZE), PageIndex: String(index) };
    const fetch = () => this.#fetch(`${this.#path}?${new URLSearchParams({ ...query, ...this.#sort }).toString()}`);
    try {
      return this.#read(await fetch(), index);
    } catch (error) {
      const isUnsortable = isZaptecError(error) && error.code === 'HTTP_400' && 'SortProperty' in this.#sort;
      if (!isUnsortable) throw error;
      this.#sort = {};
      return this.#read(await fetch(), index);
    }
  }

  #read(reply: Loaded<unknown> | undefined, index: number): Page<Identified> {
    this.attempts += reply?.attempts ?? 0;
    const envelope = reply?.data;
    if (!isObject(envelope)) throw zaptecError('BAD_ANSWER', 'Zaptec answered without a list');
    // A field that was null is not there. `Data` is null for accounts without access (docs/zaptec-api.md, "Paging"), but a
    // page that is announced has some.
    const isAnnounced = index > 0 && (numberOf(envelope['pages']) ?? 0) > index;
    const { data: items = isAnnounced ? null : [], pages } = envelope;
    if (!Array.isArray(items)) {
      throw zaptecError(
        'BAD_ANSWER',
        phrase`Zaptec answered with ${formOf(items)} in the field Data instead of a list`,
      );
    }
    const entries = items.filter(isObject);
    this.withoutId.push(...entries.filter((entry) => !withId(entry)).slice(0, PAGE_SIZE - this.withoutId.length));
    return { items: entries.filter(withId), sent: items.length, pages: numberOf(pages) };
  }
}

function tooMany(announced: number | undefined): Error {
  const count = announced === undefined ? 'no usable number' : String(announced);
  const reason = phrase`The list has more than the ${MOST_PAGES} pages that are read, and ${count} in the field Pages`;
  return zaptecError('BAD_ANSWER', reason);
}

function emptyPage(index: number, announced: number): Error {
  const reason = phrase`Zaptec answered with nothing in the field Data of page ${index + 1} and ${announced} in the field Pages`;
  return zaptecError('BAD_ANSWER', reason);
}
