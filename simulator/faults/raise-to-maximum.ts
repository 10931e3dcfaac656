import type { WorldModel } from '../world/model';

/** Sets the available current of every installation to its maximum. */
export function raiseToMaximum(world: WorldModel): void {
  for (const { id, maxCurrent } of world.installations.values()) {
    world.setAvailableCurrent(id, [maxCurrent, maxCurrent, maxCurrent]);
  }
}
