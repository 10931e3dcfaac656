import type { Simulator } from '../../simulator/index';

type Fault = ReturnType<Simulator['faults']['list']>[number];

/** How long a fault stays on. */
const DURATION_MS = { least: 2_000, most: 15_000 };

/** Switches every fault of the bus on and off in random order, several at a time, again and again. */
export class FaultInjector {
  readonly #simulator: Simulator;
  readonly #random: () => number;
  readonly #intervalMs: number;
  /** When each fault that is on ends, in ms from the start. */
  readonly #endsAt = new Map<Fault['name'], number>();
  #remaining: Fault[] = [];
  #nextAt = 0;

  /** @param intervalMs from the start of one fault to the start of the next */
  constructor(simulator: Simulator, random: () => number, intervalMs: number) {
    this.#simulator = simulator;
    this.#random = random;
    this.#intervalMs = intervalMs;
  }

  /** Ends the faults whose time is over, and starts the next one when it is due. @param now ms from the start */
  advance(now: number): void {
    const { faults } = this.#simulator;
    for (const [name, endsAt] of this.#endsAt) {
      if (now < endsAt) continue;
      faults.set(name, { on: false });
      this.#endsAt.delete(name);
    }
    if (now < this.#nextAt) return;
    this.#nextAt = now + this.#intervalMs;
    if (this.#remaining.length === 0) this.#remaining = faults.list().filter(({ name }) => name.startsWith('bus-'));
    const { name, params } = pick(this.#remaining, this.#random);
    this.#remaining = this.#remaining.filter((fault) => fault.name !== name);
    const probability = 0.2 + 0.8 * this.#random();
    faults.set(name, { on: true, ...(params.includes('probability') ? { probability } : {}) });
    this.#endsAt.set(name, now + DURATION_MS.least + (DURATION_MS.most - DURATION_MS.least) * this.#random());
  }
}

/** One of the list, by chance. */
export const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;
