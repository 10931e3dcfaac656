import type { WorldFace } from '../world/model';
import { Prng } from '../prng';

const MINUTE_MS = 60_000;
/** How long the other program keeps quiet, ms of world time. */
const QUIET_MS: readonly [number, number] = [10 * MINUTE_MS, 50 * MINUTE_MS];

/**
 * The fault `foreign-current`: another program, such as a tariff service, sets the available current of every
 * installation to its maximum now and then, at any time of the day (HA#173, HA#278).
 */
export class ForeignCurrent {
  readonly #world: WorldFace;
  readonly #isOn: () => boolean;
  readonly #chance: Prng;
  #nextAt: number;

  constructor(world: WorldFace, isOn: () => boolean) {
    this.#world = world;
    this.#isOn = isOn;
    this.#chance = new Prng(world.seed).fork(2);
    this.#nextAt = this.#later();
  }

  /** After the world has moved. */
  check(): void {
    if (this.#world.now < this.#nextAt) return;
    this.#nextAt = this.#later();
    if (!this.#isOn()) return;
    for (const { id, maxCurrent } of this.#world.installations.values()) {
      this.#world.setAvailableCurrent(id, [maxCurrent, maxCurrent, maxCurrent]);
    }
  }

  #later(): number {
    return this.#world.now + this.#chance.between(...QUIET_MS);
  }
}
