interface Point<T> {
  at: number;
  value: T;
}

/** guess: nobody asks for a moment before so many values. */
const KEPT = 32;

/** The last values of one observation, to look up its value at a moment, in whatever order the values came. */
export class ValueTimeline<T> {
  readonly #points: Point<T>[] = [];

  /** Times never fall, since the store lets no older value win. The same value once more changes nothing. */
  push(at: number, value: T): void {
    if (this.#points.at(-1)?.value === value) return;
    this.#points.push({ at, value });
    if (this.#points.length > KEPT) this.#points.shift();
  }

  get empty(): boolean {
    return this.#points.length === 0;
  }

  /** The value at that time; undefined before the first one. */
  at(time: number): T | undefined {
    return this.#points.findLast(({ at }) => at <= time)?.value;
  }

  /** When it first became this value at or after `from` and before `until`. */
  firstAfter(value: T, from: number, until: number): number | undefined {
    return this.#points.find((point) => point.value === value && point.at >= from && point.at < until)?.at;
  }
}
