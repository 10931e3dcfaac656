/**
 * Counts the users of a thing that they share, and keeps the thing for a while after the last user: a program that is
 * configured anew closes everything and opens it again a moment later, and must not lose what was open.
 */
export class Lease {
  readonly #lingerMs: number;
  readonly #onEnd: () => void;
  #users = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param lingerMs how long the thing outlives its last user.
   * @param onEnd called when nobody has come back within that time.
   */
  constructor(lingerMs: number, onEnd: () => void) {
    this.#lingerMs = lingerMs;
    this.#onEnd = onEnd;
  }

  get users(): number {
    return this.#users;
  }

  /** @returns a function that ends this use, after which the thing lingers unless told otherwise; calling it again does nothing. */
  acquire(): (lingers?: boolean) => void {
    clearTimeout(this.#timer);
    this.#users += 1;
    let released = false;
    return (lingers = true) => {
      if (released) return;
      released = true;
      this.#users -= 1;
      if (this.#users > 0) return;
      if (lingers) this.#timer = setTimeout(this.#onEnd, this.#lingerMs).unref();
      else this.#onEnd();
    };
  }

  /** Makes sure that `onEnd` is not called any more, for whoever ends the thing at once. */
  cancel(): void {
    clearTimeout(this.#timer);
  }
}
