/** Finds more than `limit` of something within a span, while it keeps no more than that. */
export class SlidingWindow<T extends { readonly at: number }> {
  readonly #limit: number;
  readonly #spanMs: number;
  readonly #items: T[] = [];

  constructor(limit: number, spanMs: number) {
    this.#limit = limit;
    this.#spanMs = spanMs;
  }

  /** The newest `limit + 1` when all of them fall within the span. */
  add(item: T): readonly T[] | undefined {
    this.#items.push(item);
    while (this.#items.length > this.#limit + 1 || item.at - (this.#items[0]?.at ?? item.at) > this.#spanMs) {
      this.#items.shift();
    }
    return this.#items.length > this.#limit ? this.#items : undefined;
  }

  /** How many there were in the span that ended with the newest, at most one more than the limit. */
  get count(): number {
    return this.#items.length;
  }
}
