import type { Measurement } from '../../result';
import type { EnergyPart } from '../energy-part';
import { energyDay, isSafe, type DayKind, type EnergyDay } from './days';
import { informed } from './informed';
import { leastCost, leastCostOfRuns, possibleKwh } from './optimum';
import { NEAR_KWH, plainRule, planned, play, type Played } from './play';
import type { PlanSettings } from '../../../src/energy/plan/plan-settings';

const DAYS = 60;
const SHORT_DAYS = 12;
/** The planner was tuned on the days of seed 7. */
const SEED = 11;
/** Of more days, since one late day of 60 is more than a hundredth. */
const MORE_SEEDS = [12, 13, 14, 15];
const LEAST_RUN = 30;
/**
 * What a missed deadline costs somebody who knows how the power wanders: what costs as much as the goal, and what misses
 * none; and with a goal that the lowest power would reach kept for sure.
 */
const INFORMED: Readonly<Record<string, { missCost: number; isSure?: true }>> = {
  informed: { missCost: 12 },
  informedInTime: { missCost: 25 },
  informedSure: { missCost: 25, isSure: true },
};

interface Part {
  name: string;
  kind: DayKind;
  rules: Partial<PlanSettings>;
  /** Percent of mean price times energy; undefined where nobody can know what would have been cheapest. */
  regret?: number;
  /** Part of the deadlines that could be kept. */
  deadlines: number;
  optimum: (day: EnergyDay) => number;
  /** Of the days; one unless there are more. */
  seeds?: readonly number[];
  /** Also what somebody reaches who knows how the power wanders, but not what it will be. */
  informed?: true;
}

const PARTS: readonly Part[] = [
  { name: 'plan-stated', kind: { draw: 'stated' }, rules: {}, regret: 1, deadlines: 1, optimum: leastCost },
  { name: 'plan-less', kind: { draw: 'less' }, rules: {}, regret: 2, deadlines: 1, optimum: leastCost },
  {
    name: 'plan-wandering',
    kind: { draw: 'wandering' },
    rules: {},
    regret: 5,
    deadlines: 0.99,
    optimum: leastCost,
    informed: true,
  },
  {
    name: 'plan-wandering-more',
    kind: { draw: 'wandering' },
    rules: {},
    regret: 5,
    deadlines: 0.99,
    optimum: leastCost,
    seeds: MORE_SEEDS,
    informed: true,
  },
  {
    name: 'plan-least-run',
    kind: { draw: 'stated', wholeSteps: true },
    rules: { leastRun: LEAST_RUN },
    regret: 1.5,
    deadlines: 1,
    optimum: (day) => leastCostOfRuns(day, LEAST_RUN),
  },
  {
    name: 'plan-tomorrow-unknown',
    kind: { draw: 'stated', beforeNoon: true },
    rules: {},
    regret: 1,
    deadlines: 1,
    optimum: leastCost,
  },
  {
    name: 'plan-late-car',
    kind: { draw: 'stated', comesLate: true },
    rules: {},
    regret: 1,
    deadlines: 1,
    optimum: leastCost,
  },
  { name: 'plan-full-car', kind: { draw: 'stated', getsFull: true }, rules: {}, deadlines: 1, optimum: leastCost },
];

/**
 * Charge plans over seeded days beside the least cost that anyone could reach who knows everything beforehand. The cars
 * are modelled here, minute by minute: the plan decides on and off alone, so the cloud adds nothing but delay.
 */
export const PLAN_PARTS: readonly EnergyPart[] = PARTS.map((part) => ({
  name: part.name,
  measure: (short) => measure(part, short ? SHORT_DAYS : DAYS),
}));

interface Sum {
  regret: number;
  base: number;
  kept: number;
  safeMissed: number;
  starts: number;
  fullMin: number;
}

function measure({ name, kind, rules, regret, deadlines, optimum, ...more }: Part, count: number): Measurement[] {
  const plan: Sum = { regret: 0, base: 0, kept: 0, safeMissed: 0, starts: 0, fullMin: 0 };
  const plain: Sum = { ...plan };
  const others = Object.entries(more.informed ? INFORMED : {}).map(([who, rules]) => ({
    who,
    ...rules,
    sum: { ...plan },
  }));
  let possible = 0;
  let shortestRunMin = Infinity;
  const { seeds = [SEED] } = more;
  const all = seeds.flatMap((seed) => Array.from({ length: count }, (_, index) => energyDay(seed, index, kind)));
  for (const { day, calendar } of all) {
    if (possibleKwh(day) < day.takesKwh) continue;
    possible += 1;
    const best = optimum(day);
    const played = play(day, planned(day, calendar, rules));
    shortestRunMin = Math.min(shortestRunMin, played.shortestRunMin);
    add(plan, day, played, best);
    add(plain, day, play(day, plainRule(day)), best);
    for (const { missCost, isSure, sum } of others) add(sum, day, play(day, informed(day, missCost, isSure)), best);
  }
  const percent = ({ regret: lost, base }: Sum): number => rounded((lost / base) * 100);
  const kept = (sum: Sum): number => rounded(sum.kept / possible);
  const of = (figure: (sum: Sum) => number) => Object.fromEntries(others.map(({ who, sum }) => [who, figure(sum)]));
  const cost = {
    plainRule: percent(plain),
    starts: plan.starts,
    plainStarts: plain.starts,
    days: possible,
    ...of(percent),
  };
  return [
    ...(regret === undefined
      ? []
      : [
          {
            name: `${name}: cost above the optimum`,
            figure: percent(plan),
            unit: '% of mean price × energy',
            goal: `<= ${regret}`,
            beside: cost,
          },
        ]),
    {
      name: `${name}: deadlines kept`,
      figure: kept(plan),
      unit: 'of those that could be kept',
      goal: `>= ${deadlines}`,
      beside: {
        plainRule: kept(plain),
        missedAtLowestDraw: plan.safeMissed,
        ...of(kept),
        ...(regret === undefined
          ? { 'percent above the optimum': percent(plan), 'of the plain rule': cost.plainRule }
          : {}),
      },
    },
    ...(kind.getsFull === true
      ? [{ name: `${name}: charges a full car`, figure: plan.fullMin, unit: 'min', goal: '<= 0' }]
      : []),
    ...(rules.leastRun === undefined
      ? []
      : [
          {
            name: `${name}: shortest run`,
            figure: Math.min(shortestRunMin, 1_440),
            unit: 'min',
            goal: `>= ${LEAST_RUN}`,
          },
        ]),
  ];
}

function add(sum: Sum, day: EnergyDay, { cost, inTimeKwh, starts, fullMin }: Played, best: number): void {
  const inTime = inTimeKwh >= day.takesKwh - 1.01 * NEAR_KWH;
  const window = day.prices.filter(({ start, end }) => end > day.arrival && start < day.deadline);
  const mean = window.reduce((all, { price }) => all + price, 0) / window.length;
  sum.regret += cost - best;
  sum.base += mean * day.takesKwh;
  sum.kept += inTime ? 1 : 0;
  sum.safeMissed += !inTime && isSafe(day) ? 1 : 0;
  sum.starts += starts;
  sum.fullMin += fullMin;
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
