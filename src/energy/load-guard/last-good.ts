import { isObject } from '../../zaptec/json';
import { isPlausible, PHASES, type Phase, type PhaseValues } from './phases';

interface Timed {
  value: number;
  at: number;
}

/** The last good value of each phase, and how old it is. A phase that was never known has none, and is never 0. */
export class LastGood {
  readonly #values = new Map<Phase, Timed>();

  /** @param values those that are known; what cannot be is left out */
  take(values: Partial<PhaseValues>, now: number): void {
    for (const phase of PHASES) {
      const value = values[phase];
      if (isPlausible(value)) this.#values.set(phase, { value, at: now });
    }
  }

  /**
   * Undefined where it is not known, or older than that. A time in the future, as a restart after the clock was set back
   * leaves it, becomes that of the first question, so that the value ages from then on.
   */
  at(phase: Phase, now: number, forMs: number): number | undefined {
    const timed = this.#values.get(phase);
    if (!timed) return undefined;
    timed.at = Math.min(timed.at, now);
    return now - timed.at <= forMs ? timed.value : undefined;
  }

  /** ms since the value came; undefined for never. */
  age(phase: Phase, now: number): number | undefined {
    const timed = this.#values.get(phase);
    return timed && Math.max(0, now - timed.at);
  }

  /** Plain JSON. */
  dump(): unknown {
    return Object.fromEntries(this.#values);
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    for (const phase of PHASES) {
      const timed = dumped[phase];
      if (!isObject(timed)) continue;
      const { value, at } = timed;
      if (Number.isFinite(value) && Number.isFinite(at))
        this.#values.set(phase, { value: value as number, at: at as number });
    }
  }
}
