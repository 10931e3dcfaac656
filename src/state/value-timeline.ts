interface Point<T> {
  at: number;
  value: T;
}

/** guess: nothing that is asked for lies further back than so many values. */
const KEPT = 32;

/** The last values of one fact, so that it can be told what was true at a moment, whenever it became known. */
export class ValueTimeline<T> {
  readonly #points: Point<T>[] = [];

  /** Times never fall, since the store lets no older value win. What is only told again is no news. */
  push(at: number, value: T): void {
    if (this.#points.at(-1)?.value === value) return;
    this.#points.push({ at, value });
    if (this.#points.length > KEPT) this.#points.shift();
  }

  get empty(): boolean {
    return this.#points.length === 0;
  }

  /** What was true at that time; undefined before the first value. */
  at(time: number): T | undefined {
    return this.#points.findLast(({ at }) => at <= time)?.value;
  }

  /** When it first became this value at or after `from` and before `until`. */
  firstAfter(value: T, from: number, until: number): number | undefined {
    return this.#points.find((point) => point.value === value && point.at >= from && point.at < until)?.at;
  }
}
