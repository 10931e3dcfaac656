import type { Bench } from '../result';
import { agreement } from './agreement/agreement';
import type { EnergyPart } from './energy-part';
import { GUARD_PARTS } from './load-guard/guard-days';
import { NIGHT_PARTS } from './plan/nights';
import { PLAN_PARTS } from './plan/plan-days';
import { SURPLUS_PARTS } from './surplus/surplus';

const PARTS: readonly EnergyPart[] = [...PLAN_PARTS, ...NIGHT_PARTS, ...GUARD_PARTS, ...SURPLUS_PARTS, agreement];

/**
 * The strategies over seeded days, each beside what people write and what anyone could reach at best.
 *
 * The simulator's: cars, chargers, their sessions and reports, the sharing of the current, its meter, the reaction to
 * commands and currents. Models of this bench: prices, sky and loads of the days, and how a car's power wanders. The
 * simulator's world runs in this process in virtual time, and a current is paced by the governor's own code; `agreement`
 * plays some of the days through the examples in a real Node-RED, the client and HTTP, and compares the figures.
 */
export const energy: Bench = {
  parts: PARTS.map(({ name }) => name),
  async run({ part, short }) {
    const chosen = PARTS.find(({ name }) => name === part) as EnergyPart;
    return await chosen.measure(short);
  },
};
