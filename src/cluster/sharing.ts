import { clock } from '../time/clock';
import { STEADY_MS } from './relapses';

/** Whether an account shares its limit with other machines at present. */
export interface SharingState {
  /** False: Redis is away, and this machine goes on alone with its share. */
  shared: boolean;
  text: string;
  /** Since when, ISO 8601 with Z. */
  since: string;
}

/** Redis that comes and goes counts as back when it has been there for so long, in ms. */
const CALM_MS = 10_000;

/** The sharing of an account; undefined until it is known, and where no Redis is configured. */
export class Sharing {
  #now: SharingState | undefined;
  readonly #listeners = new Set<(state: SharingState) => void>();
  /** ms of `clock.steady()` */
  #returnedAt = -Infinity;
  #returning: NodeJS.Timeout | undefined;

  get now(): SharingState | undefined {
    return this.#now;
  }

  /** @returns a function that ends it. */
  listen(listener: (state: SharingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The reason may become known later than the loss. */
  set(shared: boolean, text: string): void {
    clearTimeout(this.#returning);
    if (this.#now?.shared === shared && this.#now.text === text) return;
    const isReturn = shared && this.#now?.shared === false;
    if (isReturn && clock.steady() - this.#returnedAt < STEADY_MS) {
      this.#returning = setTimeout(() => this.#change(shared, text), CALM_MS).unref();
    } else this.#change(shared, text);
  }

  #change(shared: boolean, text: string): void {
    const since = this.#now?.shared === shared ? this.#now.since : clock.iso();
    if (shared && this.#now?.shared === false) this.#returnedAt = clock.steady();
    this.#now = { shared, text, since };
    for (const listener of this.#listeners) listener(this.#now);
  }
}
