import type { WorldFace } from '../world/model';

const DAY_MS = 86_400_000;

/**
 * The fault `current-reset`: overnight the available current is back at its maximum, as users of the cloud report.
 * guess: at midnight UTC of the world's time, and for every installation.
 */
export class NightlyReset {
  readonly #world: WorldFace;
  readonly #isOn: () => boolean;
  #day: number;

  constructor(world: WorldFace, isOn: () => boolean) {
    this.#world = world;
    this.#isOn = isOn;
    this.#day = this.#today();
  }

  /** After the world has moved. */
  check(): void {
    const today = this.#today();
    if (today === this.#day) return;
    this.#day = today;
    if (!this.#isOn()) return;
    for (const { id, maxCurrent } of this.#world.installations.values()) {
      this.#world.setAvailableCurrent(id, [maxCurrent, maxCurrent, maxCurrent]);
    }
  }

  #today(): number {
    return Math.floor(this.#world.now / DAY_MS);
  }
}
