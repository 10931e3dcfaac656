import type { FaultName, Simulator } from '../../simulator/index';

/** A fault lasts between these. */
const LASTS_MS = { least: 2_000, most: 15_000 };

/** Every fault of the bus in random order, several at a time, and then all of them again. */
export class Mischief {
  readonly #simulator: Simulator;
  readonly #random: () => number;
  readonly #everyMs: number;
  /** By name when it ends, in ms. */
  readonly #on = new Map<FaultName, number>();
  #left: { name: FaultName; params: readonly string[] }[] = [];
  #nextAt = 0;

  constructor(simulator: Simulator, random: () => number, everyMs: number) {
    this.#simulator = simulator;
    this.#random = random;
    this.#everyMs = everyMs;
  }

  look(passedMs: number): void {
    const { faults } = this.#simulator;
    for (const [name, until] of this.#on) {
      if (passedMs < until) continue;
      faults.set(name, { on: false });
      this.#on.delete(name);
    }
    if (passedMs < this.#nextAt) return;
    this.#nextAt = passedMs + this.#everyMs;
    if (this.#left.length === 0) this.#left = faults.list().filter(({ name }) => name.startsWith('bus-'));
    const { name, params } = any(this.#left, this.#random);
    this.#left = this.#left.filter((fault) => fault.name !== name);
    const probability = 0.2 + 0.8 * this.#random();
    faults.set(name, { on: true, ...(params.includes('probability') ? { probability } : {}) });
    this.#on.set(name, passedMs + LASTS_MS.least + (LASTS_MS.most - LASTS_MS.least) * this.#random());
  }
}

export const any = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;
