import type { SimulatorClock } from '../clock';

/** How the cloud counts. Its documentation fits both models: see the guess at `RateLimit`. */
export type LimitModel = 'bucket' | 'sliding';

export const LIMIT_MODELS: readonly LimitModel[] = ['bucket', 'sliding'];

export const PER_SECOND = 10;
export const BURST = 15;

/**
 * The limit of all calls of one account: 10 a second with a burst of 15.
 * guess: a token bucket that is full at first; `sliding` is the stricter model, at most 10 in any second.
 */
export class RateLimit {
  readonly #clock: SimulatorClock;
  readonly #model: LimitModel;
  readonly #buckets = new Map<string, { level: number; at: number }>();
  readonly #windows = new Map<string, number[]>();

  constructor(clock: SimulatorClock, model: LimitModel) {
    this.#clock = clock;
    this.#model = model;
  }

  /** Whether one more call is allowed now; a rejected call does not count. */
  take(account: string): boolean {
    return this.#model === 'bucket' ? this.#fromBucket(account) : this.#inWindow(account);
  }

  #fromBucket(account: string): boolean {
    const at = this.#clock.now();
    const before = this.#buckets.get(account) ?? { level: BURST, at };
    const level = Math.min(BURST, before.level + (Math.max(0, at - before.at) * PER_SECOND) / 1000);
    // Ten times a tenth must be one in spite of binary fractions.
    const allowed = level >= 1 - 1e-9;
    this.#buckets.set(account, { level: allowed ? level - 1 : level, at });
    return allowed;
  }

  #inWindow(account: string): boolean {
    const at = this.#clock.now();
    const recent = (this.#windows.get(account) ?? []).filter((earlier) => earlier > at - 1000);
    const allowed = recent.length < PER_SECOND;
    if (allowed) recent.push(at);
    this.#windows.set(account, recent);
    return allowed;
  }
}
