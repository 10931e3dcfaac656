export interface Page<T> {
  items: readonly T[];
  /** Number of pages at this moment. */
  pages: number;
}

/**
 * Every item of a list that is cut into pages, each once, page by page.
 *
 * The list may change while it is read, and the cloud sends no total that would show it. So it is read from its
 * end to its beginning: what is removed moves the rest towards the beginning, where it is met again instead of being
 * jumped over. Items come sorted by age, so that what is added comes at the end. The price is one request: the first
 * page is read first, to learn their number, and again as the last.
 */
export async function* walkPages<T>(
  fetchPage: (index: number) => Promise<Page<T>>,
  idOf: (item: T) => string | undefined,
): AsyncGenerator<T[], void, undefined> {
  const seen = new Set<string>();
  const unseen = (items: readonly T[]) =>
    items.filter((item) => {
      const id = idOf(item);
      if (id === undefined) return true;
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });

  const first = await fetchPage(0);
  if (first.pages <= 1) {
    yield unseen(first.items);
    return;
  }
  let known = first.pages;
  for (let index = first.pages - 1; index >= 0; index -= 1) {
    const page = await fetchPage(index);
    yield unseen(page.items);
    for (; known < page.pages; known += 1) yield unseen((await fetchPage(known)).items);
  }
}
