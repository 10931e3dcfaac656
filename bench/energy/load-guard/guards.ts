import { perPhase } from '../../../src/current/currents';
import type { Currents } from '../../../src/current/types';
import { Calendar } from '../../../src/energy/calendar';
import type { LoadGuardSettings } from '../../../src/energy/load-guard/guard-settings';
import { LoadGuard } from '../../../src/energy/load-guard/load-guard';
import { FUSE_A } from './house';
import type { Guard } from './play';
import { FUSE } from '../../../test/support/energy-settings';

export const RESERVE_A = 1;

export const SETTINGS: LoadGuardSettings = { ...FUSE, fuseA: FUSE_A, reserveA: RESERVE_A };

const currentsOf = ([phase1, phase2, phase3]: readonly [number, number, number]): Currents => ({
  phase1,
  phase2,
  phase3,
});

/** The strategy, asked with each value of the meter. */
export function loadGuard(settings: LoadGuardSettings = SETTINGS): Guard {
  const guard = new LoadGuard(settings, new Calendar('UTC'));
  return ({ now, totalA, cars, applied }) => {
    guard.setApplied(applied, now);
    guard.setCars(
      cars.map(({ currents, ageMs }, index) => ({
        id: String(index),
        currents: currentsOf(currents),
        at: now - ageMs,
      })),
    );
    guard.setMeter({ currents: currentsOf(totalA) }, now);
    return guard.decide(now, undefined).limit;
  };
}

/** The rule that people write: what the house leaves, at each value. It needs the house without its cars. */
export function plainRule(): Guard {
  return ({ houseA }) => {
    const house = currentsOf(houseA);
    return perPhase((phase) => Math.max(0, Math.floor(FUSE_A - RESERVE_A - house[phase])));
  };
}

/** A better one: tightened when the fuse is in danger, loosened when two more amperes are free on all phases. */
export function carefulRule(): Guard {
  let limit: Currents | undefined;
  return ({ houseA, totalA }) => {
    const house = currentsOf(houseA);
    const total = currentsOf(totalA);
    const free = perPhase((phase) => Math.max(0, Math.floor(FUSE_A - RESERVE_A - house[phase])));
    const before = limit ?? free;
    const phases = ['phase1', 'phase2', 'phase3'] as const;
    if (phases.some((phase) => total[phase] > FUSE_A - RESERVE_A)) {
      limit = perPhase((phase) => Math.min(before[phase], free[phase]));
    } else {
      limit = phases.every((phase) => free[phase] >= before[phase] + 2) ? free : before;
    }
    return limit;
  };
}
