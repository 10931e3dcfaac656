import type { Measurement } from '../../result';
import type { EnergyPart } from '../energy-part';
import { carefulRule, loadGuard, plainRule, RESERVE_A } from './guards';
import { houseDay, type HouseKind } from './house';
import { mostEnergy } from './optimum';
import { playHouse, type PlayedHouse } from './play';

const KINDS: readonly HouseKind[] = ['three-phases', 'one-phase', 'busy-phase', 'two-cars', 'mixed'];
/** Of each kind. */
const DAYS = 12;
const SHORT_DAYS = 3;
/** The guard was tuned on the days of seed 7. */
const SEED = 11;
/** What a fuse of this bench bears, s: the integral of (I/In)² − 1. */
const BUDGET_S = 450;

interface Sum {
  energyAs: number;
  worst: PlayedHouse;
  writes: number;
}

const NOTHING: PlayedHouse = { energyAs: 0, longestS: 0, longestAfterWriteS: 0, heatS: 0, writes: 0 };

/** The load guard on 25 A over seeded days, second by second, beside what people write and the best that is possible. */
export const GUARD_PARTS: readonly EnergyPart[] = [
  { name: 'load-guard', measure: (short) => measure(SEED, short ? SHORT_DAYS : DAYS) },
];

function measure(seed: number, days: number): Measurement[] {
  const sums = { guard: nothing(), plain: nothing(), careful: nothing() };
  let optimum = 0;
  for (const kind of KINDS) {
    for (let index = 0; index < days; index += 1) {
      const day = houseDay(seed, index, kind);
      optimum += mostEnergy(day, RESERVE_A);
      add(sums.guard, playHouse(day, loadGuard()));
      add(sums.plain, playHouse(day, plainRule()));
      add(sums.careful, playHouse(day, carefulRule()));
    }
  }
  const { guard, plain, careful } = sums;
  const count = KINDS.length * days;
  const beside = (of: (sum: Sum) => number) => ({ plainRule: rounded(of(plain)), carefulRule: rounded(of(careful)) });
  const part = (sum: Sum) => sum.energyAs / optimum;
  const one = (name: string, unit: string, goal: string, of: (sum: Sum) => number): Measurement => ({
    name: `load-guard: ${name}`,
    figure: rounded(of(guard)),
    unit,
    goal,
    beside: beside(of),
  });
  return [
    { ...one('energy', 'of the optimum', '>= 0.95', part), beside: { ...beside(part), days: count } },
    one('longest above the fuse after the last write', 's', '<= 80', ({ worst }) => worst.longestAfterWriteS),
    one('longest above the fuse', 's', '<= 100', ({ worst }) => worst.longestS),
    one('most of what the fuse bears', `of ${BUDGET_S} s`, '<= 0.3', ({ worst }) => worst.heatS / BUDGET_S),
    {
      ...one('writes', 'a day', '<= 60', ({ writes }) => writes / count),
      beside: { ...beside(({ writes }) => writes / count), mostOfADay: guard.worst.writes },
    },
  ];
}

const nothing = (): Sum => ({ energyAs: 0, worst: { ...NOTHING }, writes: 0 });

function add(sum: Sum, played: PlayedHouse): void {
  sum.energyAs += played.energyAs;
  sum.writes += played.writes;
  for (const name of Object.keys(NOTHING) as (keyof PlayedHouse)[])
    sum.worst[name] = Math.max(sum.worst[name], played[name]);
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
