import { clock } from '../time/clock';

/** Whether an account shares its limit with other machines at present. */
export interface SharingState {
  /** False: Redis is away, and this machine goes on alone with its share. */
  shared: boolean;
  text: string;
  /** Since when, ISO 8601 with Z. */
  since: string;
}

/** The sharing of an account; undefined until it is known, and where no Redis is configured. */
export class Sharing {
  #now: SharingState | undefined;
  readonly #listeners = new Set<(state: SharingState) => void>();

  get now(): SharingState | undefined {
    return this.#now;
  }

  /** @returns a function that ends it. */
  listen(listener: (state: SharingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(shared: boolean, text: string): void {
    if (this.#now?.shared === shared) return;
    this.#now = { shared, text, since: clock.iso() };
    for (const listener of this.#listeners) listener(this.#now);
  }
}
