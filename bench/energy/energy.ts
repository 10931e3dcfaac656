import type { Bench } from '../result';
import type { EnergyPart } from './energy-part';
import { GUARD_PARTS } from './load-guard/guard-days';
import { PLAN_PARTS } from './plan/plan-days';
import { SURPLUS_PARTS } from './surplus/surplus';

const PARTS: readonly EnergyPart[] = [...PLAN_PARTS, ...GUARD_PARTS, ...SURPLUS_PARTS];

/** The strategies over seeded days, each beside what people write and what anyone could reach at best. */
export const energy: Bench = {
  parts: PARTS.map(({ name }) => name),
  run({ part, short }) {
    const chosen = PARTS.find(({ name }) => name === part) as EnergyPart;
    return Promise.resolve(chosen.measure(short));
  },
};
