/** Finds more than `limit` of something within a span, while it keeps no more than that. */
export class Burst<T extends { readonly at: number }> {
  readonly #limit: number;
  readonly #spanMs: number;
  readonly #last: T[] = [];

  constructor(limit: number, spanMs: number) {
    this.#limit = limit;
    this.#spanMs = spanMs;
  }

  /** The newest `limit + 1` when all of them fall within the span. */
  add(item: T): readonly T[] | undefined {
    this.#last.push(item);
    while (this.#last.length > this.#limit + 1 || item.at - (this.#last[0]?.at ?? item.at) > this.#spanMs) {
      this.#last.shift();
    }
    return this.#last.length > this.#limit ? this.#last : undefined;
  }

  /** How many there were in the span that ended with the newest, at most one more than the limit. */
  get count(): number {
    return this.#last.length;
  }
}
