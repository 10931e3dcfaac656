import { isObject } from '../zaptec/json';

/** What a person decides in the place of a strategy: always on, always off, or nothing. */
export type OverrideChoice = 'on' | 'off' | 'auto';

/** A decision of a person that counts. */
export interface ActiveOverride {
  to: 'on' | 'off';
  /** ms since 1970; undefined for until further notice. */
  until: number | undefined;
}

/** The override of a strategy, until its time. */
export class Override {
  #active: ActiveOverride | undefined;

  /** @param until ms since 1970; undefined for until further notice */
  set(to: OverrideChoice, until?: number): void {
    this.#active = to === 'auto' ? undefined : { to, until };
  }

  /** The one that counts now; undefined where the strategy decides. */
  at(now: number): ActiveOverride | undefined {
    const until = this.#active?.until;
    if (until !== undefined && until <= now) this.#active = undefined;
    return this.#active;
  }

  /** Plain JSON. */
  dump(): unknown {
    return this.#active;
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    const { to, until } = dumped;
    if (to !== 'on' && to !== 'off') return;
    this.#active = { to, until: typeof until === 'number' && Number.isFinite(until) ? until : undefined };
  }
}
