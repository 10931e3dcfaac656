/** The latest value of one observation. */
export interface StoredValue {
  readonly id: number;
  /** When it was measured, ms since 1970 by the charger's clock; -1: a read gave no time. */
  readonly at: number;
  readonly text: string | undefined;
  /** It came by a message, and not by a read, which is up to 15 s old (docs/zaptec-api.md, "Charger state"). */
  readonly pushed: boolean;
  /** Its time was in the future when it came, so the time of the measurement is not known. */
  readonly isTimeUnknown: boolean;
  /** The last texts that came for the same time and have been replaced; hardly ever there. */
  readonly replaced?: readonly string[];
}

const PUSHED = 1;
const TIME_UNKNOWN = 2;

/**
 * The values of one charger by id, in columns: an object and an entry of a map for each value would take three times the
 * memory, and a fleet has 75 values for each charger.
 */
export class StoredValues {
  /** Ascending. */
  readonly #ids: number[] = [];
  readonly #times: number[] = [];
  readonly #texts: (string | undefined)[] = [];
  readonly #flags: number[] = [];
  #replaced: Map<number, readonly string[]> | undefined;

  get size(): number {
    return this.#ids.length;
  }

  get(id: number): StoredValue | undefined {
    const index = this.#indexOf(id);
    return this.#ids[index] === id ? this.#valueAt(index) : undefined;
  }

  /** Takes the place of the value with the same id. */
  set({ id, at, text, pushed, isTimeUnknown, replaced }: StoredValue): void {
    const index = this.#indexOf(id);
    const flags = (pushed ? PUSHED : 0) | (isTimeUnknown ? TIME_UNKNOWN : 0);
    if (this.#ids[index] === id) {
      this.#times[index] = at;
      this.#texts[index] = text;
      this.#flags[index] = flags;
    } else {
      this.#ids.splice(index, 0, id);
      this.#times.splice(index, 0, at);
      this.#texts.splice(index, 0, text);
      this.#flags.splice(index, 0, flags);
    }
    if (replaced) (this.#replaced ??= new Map()).set(id, replaced);
    else this.#replaced?.delete(id);
  }

  /** By ascending id. */
  *[Symbol.iterator](): IterableIterator<StoredValue> {
    for (let index = 0; index < this.size; index++) yield this.#valueAt(index);
  }

  #valueAt(index: number): StoredValue {
    const flags = this.#flags[index] as number;
    const id = this.#ids[index] as number;
    const replaced = this.#replaced?.get(id);
    return {
      id,
      at: this.#times[index] as number,
      text: this.#texts[index],
      pushed: (flags & PUSHED) !== 0,
      isTimeUnknown: (flags & TIME_UNKNOWN) !== 0,
      ...(replaced && { replaced }),
    };
  }

  /** The first index whose id is not below this one. */
  #indexOf(id: number): number {
    let from = 0;
    let to = this.size;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#ids[middle] as number) < id) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
