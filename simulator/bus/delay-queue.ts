import type { SimulatorClock } from '../clock';

/** When the queue is full, further actions happen at once. */
const MAX_DELAYED = 20_000;

/** Runs actions after a delay of the client's time, in the order in which they are due. */
export class DelayQueue {
  readonly #clock: SimulatorClock;
  /** The next due action is last. */
  #items: { at: number; action: () => void }[] = [];
  #timer: unknown;

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  add(ms: number, action: () => void): void {
    if (this.#items.length >= MAX_DELAYED) {
      action();
      return;
    }
    const item = { at: this.#clock.now() + ms, action };
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.at ?? 0) > item.at) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, item);
    this.#arm();
  }

  /** Runs all waiting actions now. */
  flush(): void {
    this.stop();
    for (const { action } of this.#items.splice(0).reverse()) action();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    this.stop();
    const next = this.#items.at(-1);
    if (!next) return;
    this.#timer = this.#clock.setTimeout(() => this.#run(), Math.max(0, next.at - this.#clock.now()));
  }

  #run(): void {
    const now = this.#clock.now();
    while ((this.#items.at(-1)?.at ?? Infinity) <= now) this.#items.pop()?.action();
    this.#arm();
  }
}
