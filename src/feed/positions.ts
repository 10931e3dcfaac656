import { isObject } from '../zaptec/json';

/** An account has no more topics than installations. */
const MOST = 10_000;

/** Up to where an account has the messages that machines share, by topic; outlives a restart with the ledger. */
export class Positions {
  readonly #known = new Map<string, string>();
  readonly #open = new Map<string, () => string | undefined>();

  get(topic: string): string | undefined {
    return this.#open.get(topic)?.() ?? this.#known.get(topic);
  }

  /** @returns a function that keeps the last position. */
  track(topic: string, position: () => string | undefined): () => void {
    this.#open.set(topic, position);
    return () => {
      this.#keep(topic, position());
      this.#open.delete(topic);
    };
  }

  /** Undefined where machines share nothing. */
  dump(): unknown {
    for (const [topic, position] of this.#open) this.#keep(topic, position());
    if (this.#known.size === 0) return undefined;
    return Object.fromEntries(this.#known);
  }

  /** Takes what is usable of what `dump` gave. */
  restore(dumped: unknown): void {
    for (const [topic, position] of isObject(dumped) ? Object.entries(dumped) : []) {
      if (typeof position === 'string') this.#keep(topic, position);
    }
  }

  #keep(topic: string, position: string | undefined): void {
    if (position !== undefined && (this.#known.size < MOST || this.#known.has(topic))) this.#known.set(topic, position);
  }
}
