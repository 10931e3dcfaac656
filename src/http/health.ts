import { clock } from '../time/clock';
import { phrase } from '../errors/phrase';

/** Whether the account can be used at present. */
export interface ClientHealth {
  state: 'idle' | 'connecting' | 'ok' | 'refused' | 'unreachable' | 'limited';
  text: string;
  /** Since when, ISO 8601 with Z. */
  since: string;
}

/** The state of an account by its latest requests; listeners are called only when the state changes. */
export class Health {
  #now: ClientHealth = { state: 'idle', text: '', since: clock.iso() };
  readonly #listeners = new Set<(health: ClientHealth) => void>();

  get now(): ClientHealth {
    return this.#now;
  }

  /** @returns a function that ends it. */
  listen(listener: (health: ClientHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first login; a later one changes the state only by its outcome, or an outage would begin anew each time. */
  connecting(): void {
    if (this.#now.state === 'idle') this.#change('connecting', 'logging in');
  }

  reached(): void {
    if (this.#now.state !== 'limited') this.#change('ok', 'connected');
  }

  refused(text: string): void {
    this.#change('refused', text);
  }

  unreachable(text: string): void {
    this.#change('unreachable', text);
  }

  /** @param until by `clock.steady()`; undefined when the pause is over. */
  paused(until: number | undefined): void {
    if (until !== undefined) this.#change('limited', phrase`waiting until ${clock.steadyIso(until)} after a 429`);
    else if (this.#now.state === 'limited') this.#change('ok', 'connected');
  }

  #change(state: ClientHealth['state'], text: string): void {
    if (this.#now.state === state) return;
    this.#now = { state, text, since: clock.iso() };
    for (const listener of this.#listeners) listener(this.#now);
  }
}
