import { DAY } from '../durations';
import type { WorldModel } from '../world/model';
import { raiseToMaximum } from './raise-to-maximum';

/**
 * The fault `current-reset`: overnight the available current returns to its maximum, as users of the cloud report.
 * guess: at midnight UTC of the world's time, and for every installation.
 */
export class NightlyReset {
  readonly #world: WorldModel;
  readonly #isOn: () => boolean;
  #day: number;

  constructor(world: WorldModel, isOn: () => boolean) {
    this.#world = world;
    this.#isOn = isOn;
    this.#day = this.#today();
  }

  /** Call this after the world has moved. */
  check(): void {
    const today = this.#today();
    if (today === this.#day) return;
    this.#day = today;
    if (this.#isOn()) raiseToMaximum(this.#world);
  }

  #today(): number {
    return Math.floor(this.#world.now / DAY);
  }
}
