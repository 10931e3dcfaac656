/** Messages of each round. */
export const MESSAGES = 6_000;

/** Resolves when all messages of a round have arrived. */
export class Countdown {
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #left = MESSAGES;

  constructor() {
    this.done = new Promise((resolve) => (this.#resolve = resolve));
  }

  count(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  }
}
