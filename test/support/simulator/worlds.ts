import type { SimulatorClock } from '../../../simulator/clock';
import type { Charger, Installation, Observation } from '../../../simulator/world/model';
import { World } from '../../../simulator/world/world';
import { ManualClock } from './manual-clock';

export function worldOf(scenario: string, seed = 1, clock: SimulatorClock = new ManualClock()): World {
  return new World({ scenario, seed, speed: 1, clock });
}

export function chargerOf(world: World, name: string): Charger {
  const charger = world.findCharger(name);
  if (!charger) throw new Error(`no charger ${name}`);
  return charger;
}

export function installationOf(world: World, charger: Charger): Installation {
  const installation = world.installations.get(charger.installationId);
  if (!installation) throw new Error(`no installation ${charger.installationId}`);
  return installation;
}

/** Advances the world in steps of a second, so that a test sees each of them. */
export function passSeconds(world: World, seconds: number, each: () => void = () => undefined): void {
  for (let i = 0; i < seconds; i++) {
    world.advance(1000);
    each();
  }
}

export const valueOf = (charger: Charger, id: number): string | undefined => charger.observations.get(id)?.value;

export function recordObservations(world: World, chargerId?: string): Observation[] {
  const seen: Observation[] = [];
  world.onObservation((observation) => {
    if (chargerId === undefined || observation.chargerId === chargerId) seen.push(observation);
  });
  return seen;
}

export const NEVER_FULL = { batteryKwh: 500, charge: 0.05, target: 1, maxA: 16, phases: 3 } as const;
