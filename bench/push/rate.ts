/** Of each round. */
export const MESSAGES = 6_000;

/** Messages a second, from the first to the last of a round. */
export class Rate {
  readonly done: Promise<number>;
  #resolve: (rate: number) => void = () => undefined;
  #startedAt = 0;
  #seen = 0;

  constructor() {
    this.done = new Promise((resolve) => (this.#resolve = resolve));
  }

  count(): void {
    if (this.#seen === 0) this.#startedAt = performance.now();
    this.#seen += 1;
    if (this.#seen === MESSAGES) this.#resolve((MESSAGES / (performance.now() - this.#startedAt)) * 1_000);
  }
}
