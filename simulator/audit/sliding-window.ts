/** Finds more than `limit` items within a time span, and keeps no more than needed for that. */
export class SlidingWindow<T extends { readonly at: number }> {
  readonly #limit: number;
  readonly #spanMs: number;
  readonly #items: T[] = [];

  constructor(limit: number, spanMs: number) {
    this.#limit = limit;
    this.#spanMs = spanMs;
  }

  /** Adds an item; returns the newest `limit + 1` items where all of them are within the span. */
  add(item: T): readonly T[] | undefined {
    this.#items.push(item);
    while (this.#items.length > this.#limit + 1 || item.at - (this.#items[0]?.at ?? item.at) > this.#spanMs) {
      this.#items.shift();
    }
    return this.#items.length > this.#limit ? this.#items : undefined;
  }

  /** The number of items in the span that ends with the newest, at most the limit and one. */
  get count(): number {
    return this.#items.length;
  }
}
