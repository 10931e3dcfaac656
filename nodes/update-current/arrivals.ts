/**
 * The order in which messages came. One that takes long to read, such as a power whose voltage must be asked for, must
 * not take the place of a newer one.
 */
export class Arrivals {
  #count = 0;
  /** The newest that was taken for each target. */
  readonly #taken = new Map<string, number>();

  /** To be called when a message comes. @returns its number. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** To be called when a message has been read. @returns false for one that a newer one about the same target has replaced. */
  take(targetId: string, arrival: number): boolean {
    if (arrival < (this.#taken.get(targetId) ?? 0)) return false;
    this.#taken.set(targetId, arrival);
    return true;
  }
}
