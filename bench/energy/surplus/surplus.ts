import type { Measurement } from '../../result';
import type { EnergyPart } from '../energy-part';
import { CARS, type Car } from './cars';
import { bestDay, START_KWH, type SunResult } from './optimum';
import { bySun, plainRule, play } from './play';
import { seeded } from '../../virtual-time';
import { partOf, sunDay, type SunDay } from './sun-days';
import type { SurplusSettings } from '../../../src/energy/surplus/surplus-settings';

/** The strategy was tuned on the days of seed 7. */
const SEED = 11;
const DAYS = 60;
const SHORT_DAYS = 12;
/** A kWh from the grid is worth as much as one of the sun. */
const GRID_PRICE = 1;

interface Goals {
  /** Parts of the optimum's. */
  sun: number;
  grid: number;
  startsADay: number;
}

interface Kind {
  name: string;
  car: Car;
  phases: SurplusSettings['phases'];
  goals: Goals;
  /** What is unusual about a day. */
  unusual?: (day: SunDay, index: number) => Partial<Played>;
}

/** What is played on a day. */
interface Played {
  day: SunDay;
  car: Car;
  /** The car is full with so many kWh; the day ends then. */
  takesKwh: number;
}

const HOUR = 3_600;

/** A car that comes late, one that gets full, and one that draws less than the charger gives, in turn. */
const UNUSUAL: readonly ((day: SunDay, random: () => number) => Partial<Played>)[] = [
  (day, random) => ({ day: partOf(day, (5 + Math.floor(random() * 6)) * HOUR) }),
  (_, random) => ({ takesKwh: 3 + 9 * random() }),
  () => ({ car: CARS.weak }),
];

const KINDS: readonly Kind[] = [
  {
    name: 'surplus-three-phases',
    car: CARS.three,
    phases: 'auto',
    goals: { sun: 0.9, grid: 1.15, startsADay: 3 },
  },
  { name: 'surplus-one-phase', car: CARS.one, phases: 'one', goals: { sun: 0.85, grid: 1.5, startsADay: 3 } },
  {
    name: 'surplus-switching',
    car: CARS.switching,
    phases: 'switching',
    goals: { sun: 0.87, grid: 1.15, startsADay: 3 },
  },
  {
    name: 'surplus-other-cars',
    car: CARS.three,
    phases: 'auto',
    goals: { sun: 0.9, grid: 1.15, startsADay: 3 },
    unusual: (day, index) =>
      UNUSUAL[Math.floor(index / 3) % UNUSUAL.length]?.(day, seeded(SEED * 30_011 + index)) ?? {},
  },
];

/** Cars that charge from the sun, beside the rule that people write and the best that anyone could do. */
export const SURPLUS_PARTS: readonly EnergyPart[] = KINDS.map((kind) => ({
  name: kind.name,
  measure: (short) => measure(kind, short ? SHORT_DAYS : DAYS),
}));

/** All figures are sums over days: the optimum of a day may be near zero. */
function measure({ name, phases, goals, ...kind }: Kind, days: number): Measurement[] {
  const [ours, plain, best] = [none(), none(), none()];
  for (let index = 0; index < days; index += 1) {
    const usual = sunDay(SEED, index);
    const { day = usual, car = kind.car, takesKwh } = kind.unusual?.(usual, index) ?? {};
    const played = play(day, car, bySun(kind.car, phases), takesKwh);
    // What a car that is full would have done later is nobody's.
    const part = partOf(day, 0, played.seconds);
    add(ours, played);
    add(plain, play(part, car, plainRule(kind.car)));
    add(best, bestDay(part, car, GRID_PRICE));
  }
  const { sunKwh, gridKwh } = best;
  return [
    {
      name: `${name}: sun in the car`,
      figure: rounded(ours.sunKwh / sunKwh),
      unit: "of the optimum's",
      goal: `>= ${goals.sun}`,
      beside: {
        plainRule: rounded(plain.sunKwh / sunKwh),
        kwh: rounded(ours.sunKwh),
        optimumKwh: rounded(sunKwh),
        worth: rounded(worth(ours) / worth(best)),
        plainWorth: rounded(worth(plain) / worth(best)),
        days,
      },
    },
    {
      name: `${name}: energy from the grid`,
      figure: rounded(ours.gridKwh / gridKwh),
      unit: "of the optimum's",
      goal: `<= ${goals.grid}`,
      beside: { plainRule: rounded(plain.gridKwh / gridKwh), kwh: rounded(ours.gridKwh), optimumKwh: rounded(gridKwh) },
    },
    {
      name: `${name}: starts`,
      figure: rounded(ours.starts / days),
      unit: 'a day',
      goal: `<= ${goals.startsADay}`,
      beside: { plainRule: rounded(plain.starts / days), optimum: rounded(best.starts / days) },
    },
  ];
}

const none = (): SunResult => ({ sunKwh: 0, gridKwh: 0, starts: 0 });

function add(sum: SunResult, { sunKwh, gridKwh, starts }: SunResult): void {
  sum.sunKwh += sunKwh;
  sum.gridKwh += gridKwh;
  sum.starts += starts;
}

const worth = ({ sunKwh, gridKwh, starts }: SunResult): number => sunKwh - GRID_PRICE * gridKwh - START_KWH * starts;

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
