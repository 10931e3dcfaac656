export interface Page<T> {
  /** What the page has that can be used. */
  items: readonly T[];
  /** How many entries the cloud sent, with those that cannot be used. */
  sent: number;
  /** Number of pages at this moment; undefined where the cloud says none that can be true. */
  pages: number | undefined;
}

/** The unseen items of a page, and which page it is. */
export interface WalkedPage<T> {
  index: number;
  items: T[];
}

export interface WalkOptions {
  pageSize?: number;
  tooMany?: (pages: number | undefined) => Error;
  emptyPage?: (index: number, pages: number) => Error;
}

/** More pages than any account has: 100,000 items. A count above it is not believed, and no list is read further. */
export const MOST_PAGES = 1_000;

/**
 * Every item of a list that is cut into pages, each once, page by page.
 *
 * The list may change while it is read, and the cloud sends no total that would show it. So it is read from its
 * end to its beginning: what is removed moves the rest towards the beginning, where it is met again instead of being
 * jumped over. Items come sorted by age, so that what is added comes at the end. The price is one request: the first
 * page is read first, to learn their number, and again as the last.
 *
 * A number of pages that is missing or above `MOST_PAGES` is not believed: then the pages are read forward, up to the
 * first one that has nothing new. Where the announced last page is empty, the real one is searched for by halves. A number
 * that grows meanwhile is followed, and a page after a full one is read even if nobody has announced it. An empty page before
 * others is an error, unless its own number of pages says that the list has become shorter.
 * @param options.tooMany makes the error for a list that does not end.
 * @param options.emptyPage makes the error for an empty page before others.
 * @param options.pageSize a last page that is as full may not be the last: the next one is read as well.
 */
export async function* walkPages<T>(
  fetchPage: (index: number) => Promise<Page<T>>,
  idOf: (item: T) => string | undefined,
  options: WalkOptions = {},
): AsyncGenerator<WalkedPage<T>, void, undefined> {
  const { pageSize = Infinity } = options;
  const { tooMany = () => new Error('The list does not end'), emptyPage = () => new Error('A page is empty') } =
    options;
  const seen = new Set<string>();
  const unseen = (items: readonly T[]) =>
    items.filter((item) => {
      const id = idOf(item);
      if (id === undefined) return true;
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });

  /** The end is a page that is empty or repeats others; one with nothing that can be used is neither. */
  async function* forward(from: number, announced: number | undefined) {
    for (let index = from; ; index += 1) {
      if (index >= MOST_PAGES) throw tooMany(announced);
      const page = await fetchPage(index);
      const items = unseen(page.items);
      if (items.length === 0 && (page.sent === 0 || page.items.length > 0)) return;
      yield { index, items };
    }
  }

  const first = await fetchPage(0);
  const announced = believable(first);
  if (announced === undefined) {
    yield { index: 0, items: unseen(first.items) };
    if (first.sent > 0) yield* forward(1, first.pages);
    return;
  }
  if (announced === 1) {
    yield { index: 0, items: unseen(first.items) };
    if (first.sent >= pageSize) yield* forward(1, announced);
    return;
  }
  const end = await lastPage(fetchPage, announced - 1);
  let known = announced;
  /** The page with the highest index that was read. */
  let last = end.index === announced - 1 ? end.page : undefined;
  for (let { index } = end; index >= 0; index -= 1) {
    const page = index === end.index ? end.page : await fetchPage(index);
    const pagesNow = believable(page) ?? 0;
    if (page.sent === 0 && index < end.index && pagesNow > index + 1) throw emptyPage(index, pagesNow);
    yield { index, items: unseen(page.items) };
    for (let pages = pagesNow; known < pages; known += 1) {
      last = await fetchPage(known);
      yield { index: known, items: unseen(last.items) };
      pages = Math.max(pages, believable(last) ?? 0);
    }
  }
  if (last && last.sent >= pageSize) yield* forward(known, known);
}

/** The last page that has items; the first one where none has any. */
async function lastPage<T>(fetchPage: (index: number) => Promise<Page<T>>, announced: number): Promise<LastPage<T>> {
  let last: LastPage<T> = { index: announced, page: await fetchPage(announced) };
  let [low, high] = [0, announced];
  while (last.page.sent === 0 && high - low > 1) {
    const index = Math.floor((low + high) / 2);
    const page = await fetchPage(index);
    if (page.sent === 0) high = index;
    else low = index;
    if (high - low === 1) last = { index: low, page: low === index ? page : await fetchPage(low) };
  }
  return last.page.sent === 0 ? { index: 0, page: await fetchPage(0) } : last;
}

interface LastPage<T> {
  index: number;
  page: Page<T>;
}

/** None at all is believable where there are no items. */
function believable({ sent, pages }: Page<unknown>): number | undefined {
  if (pages === undefined || !Number.isInteger(pages) || pages < 0 || pages > MOST_PAGES) return undefined;
  if (pages === 0) return sent === 0 ? 1 : undefined;
  return pages;
}
