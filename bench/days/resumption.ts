import type { Simulator } from '../../test/support/node-red/harness';

/** A charger that gives less does not charge, W. */
const IDLE_W = 100;

/** Records how long no car charged although one could have. */
export class Resumption {
  /** The longest time, s. */
  longestS = 0;
  #since: number | undefined;

  /** To be called every second. @param isFree enough is left for a car */
  check(second: number, { world }: Simulator, isFree: boolean): void {
    const able = [...world.chargers.values()].filter(({ car }) => car !== undefined && car.charge < car.target);
    const waits = able.length > 0 && able.every(({ powerW }) => powerW < IDLE_W);
    this.#since = waits && isFree ? (this.#since ?? second) : undefined;
    if (this.#since !== undefined) this.longestS = Math.max(this.longestS, second - this.#since);
  }
}
