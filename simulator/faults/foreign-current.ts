import { MINUTE } from '../durations';
import { Prng } from '../prng';
import type { WorldModel } from '../world/model';
import { raiseToMaximum } from './raise-to-maximum';

/** How long the other program waits between two writes, ms of world time. */
const PAUSE_MS: readonly [number, number] = [10 * MINUTE, 50 * MINUTE];

/**
 * The fault `foreign-current`: another program, such as a tariff service, sets the available current of every
 * installation to its maximum from time to time, at any time of the day. Users have reported this
 * (custom-components/zaptec, issues 173 and 278).
 */
export class ForeignCurrent {
  readonly #world: WorldModel;
  readonly #isOn: () => boolean;
  readonly #prng: Prng;
  #nextAt: number;

  constructor(world: WorldModel, isOn: () => boolean) {
    this.#world = world;
    this.#isOn = isOn;
    this.#prng = new Prng(world.seed).fork(2);
    this.#nextAt = this.#nextWrite();
  }

  /** Call this after the world has moved. */
  check(): void {
    if (this.#world.now < this.#nextAt) return;
    this.#nextAt = this.#nextWrite();
    if (this.#isOn()) raiseToMaximum(this.#world);
  }

  #nextWrite(): number {
    return this.#world.now + this.#prng.between(...PAUSE_MS);
  }
}
