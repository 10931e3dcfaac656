import type { WorldModel } from '../world/model';

/** Sets the available current of every installation that has one to its maximum. */
export function raiseToMaximum(world: WorldModel): void {
  for (const { id, maxCurrent, availableCurrentUnset } of world.installations.values()) {
    if (availableCurrentUnset) continue;
    world.setAvailableCurrent(id, [maxCurrent, maxCurrent, maxCurrent]);
  }
}
