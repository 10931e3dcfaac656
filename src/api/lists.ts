import type { Answer, CallOptions, LoadContext, Loaded } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import { walkPages, type Page } from './pages';
import type { Caller } from './caller';
import { withId, type Identified } from './shape';
import { type JsonObject, isObject } from '../zaptec/json';

/** Zaptec's maximum (`zaptec-api.md` 3). */
const PAGE_SIZE = 100;
/** Guess: that a list can be sorted by this property; where it cannot, it is asked for unsorted. */
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

/** What `readList` loads, for a reader that keeps it under a key of its own. */
export async function loadList(
  caller: Caller,
  path: string,
  query: Record<string, string>,
  { lane, signal }: LoadContext,
): Promise<Loaded<Identified[]>> {
  // Only the flight ends its pages: it may be shared with clients that go on when this one is closed.
  const counted = new Counted((where) => caller.fetch(where, { lane, signal }));
  const pages: Identified[][] = [];
  for await (const page of counted.walk(path, query)) pages.unshift(page);
  return { data: pages.flat(), attempts: counted.attempts };
}

/** The same list one page at a time and past the cache, so that memory does not grow with it. */
export async function* readPages(
  caller: Caller,
  path: string,
  query: Record<string, string>,
  options: CallOptions,
): AsyncGenerator<Identified[]> {
  const ask: Ask = (where) => caller.guarded(options, (guarded) => caller.fetch(where, guarded));
  yield* new Counted(ask).walk(path, query);
}

/** Where the cache keeps a whole list. */
export function listKey(path: string, query: Record<string, string>): string {
  return `${path}#${new URLSearchParams(query).toString()}`;
}

type Ask = (where: Target) => Promise<Loaded<unknown> | undefined>;

class Counted {
  attempts = 0;
  #sort: Record<string, string> = { SortProperty: BY_AGE, SortDescending: 'false' };
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  walk(path: string, query: Record<string, string>): AsyncGenerator<Identified[]> {
    return walkPages(
      (index) => this.#page(path, { ...query, PageSize: String(PAGE_SIZE), PageIndex: String(index) }),
      ({ id }) => id,
    );
  }

  async #page(path: string, query: Record<string, string>): Promise<Page<Identified>> {
    const ask = () => this.#ask(this.#where(path, query));
    try {
      return this.#read(await ask());
    } catch (error) {
      const unsortable = isZaptecError(error) && error.code === 'HTTP_400' && 'SortProperty' in this.#sort;
      if (!unsortable) throw error;
      this.#sort = {};
      return this.#read(await ask());
    }
  }

  #where(path: string, query: Record<string, string>): Target {
    return target('GET', `${path}?${new URLSearchParams({ ...query, ...this.#sort }).toString()}`);
  }

  #read(reply: Loaded<unknown> | undefined): Page<Identified> {
    this.attempts += reply?.attempts ?? 0;
    const envelope = reply?.data;
    if (!isObject(envelope)) throw zaptecError('BAD_ANSWER', 'Zaptec answered without a list');
    // `Data` is null for accounts without access (`zaptec-api.md` 3).
    const items = Array.isArray(envelope['data']) ? envelope['data'] : [];
    return { items: items.filter(isObject).filter(withId), pages: Number(envelope['pages']) || 0 };
  }
}
