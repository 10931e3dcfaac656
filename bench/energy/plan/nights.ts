import { Calendar } from '../../../src/energy/calendar';
import type { ChargePlanner } from '../../../src/energy/plan/charge-planner';
import type { Measurement } from '../../result';
import type { EnergyPart } from '../energy-part';
import { energyDay, type EnergyDay } from './days';
import { leastCost, possibleKwh } from './optimum';
import { controlled, NEAR_KWH, NO_CAR, play, plannerOf, type Controller } from './play';

interface Part {
  name: string;
  /** What the car of a night draws, as a part of what the settings say. */
  draw: (night: number) => number;
  deadlines: number;
  /** kWh that all nights may lack together. */
  lackKwh: number;
  regret: number;
}

/** Nothing was tuned on these nights. */
const SEEDS = [9, 10];
const POWERS_KW = [3.6, 7.4, 11];
const NIGHTS = 8;
/** By then a planner that goes on has learnt from the nights before. */
const SHORT_NIGHTS = 6;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIRST = Date.UTC(2026, 0, 5);
const ARRIVAL_HOUR = 16;
const DUE_HOUR = 7;
/** More than this part of what the car could charge in the time is no matter of choice. */
const MOST_PART = 0.6;
/** Days of `energyDay` before this one are those on which the clocks change. */
const CLOCK_CHANGES = 4;
const CALENDAR = new Calendar('UTC');

const PARTS: readonly Part[] = [
  { name: 'plan-nights-40', draw: () => 0.4, deadlines: 0.88, lackKwh: 2, regret: 2.5 },
  { name: 'plan-nights-full', draw: () => 1, deadlines: 1, lackKwh: 0, regret: 1.9 },
  {
    name: 'plan-nights-two-cars',
    draw: (night) => (night % 2 === 0 ? 1 : 0.4),
    deadlines: 0.83,
    lackKwh: 10,
    regret: 5,
  },
  {
    name: 'plan-nights-guest',
    draw: (night) => (night % 5 === 4 ? 0.4 : 1),
    deadlines: 0.97,
    lackKwh: 2,
    regret: 2.5,
  },
];

/** Nights of one charger, one after the other, with a planner that goes on, beside one that is new each night. */
export const NIGHT_PARTS: readonly EnergyPart[] = PARTS.map((part) => ({
  name: part.name,
  measure: (short) => measure(part, short ? SHORT_NIGHTS : NIGHTS),
}));

interface Sum {
  nights: number;
  late: number;
  lackKwh: number;
  regret: number;
  base: number;
}

function measure({ name, draw, deadlines, lackKwh, regret }: Part, count: number): Measurement[] {
  const sums = { goesOn: newSum(), isNew: newSum() };
  for (const seed of SEEDS) {
    for (const statedKw of POWERS_KW) {
      const goesOn = new LastingPlanner();
      for (let night = 0; night < count; night += 1) {
        const day = nightOf(seed, statedKw, night, draw(night));
        if (possibleKwh(day) < day.takesKwh) continue;
        add(sums.goesOn, day, goesOn.controller(day));
        add(sums.isNew, day, new LastingPlanner().controller(day));
      }
    }
  }
  const { goesOn, isNew } = sums;
  const kept = ({ nights, late }: Sum): number => rounded(1 - late / nights);
  const percent = ({ regret: lost, base }: Sum): number => rounded((lost / base) * 100);
  return [
    {
      name: `${name}: deadlines kept`,
      figure: kept(goesOn),
      unit: 'of those that could be kept',
      goal: `>= ${deadlines}`,
      beside: { newEachNight: kept(isNew), nights: goesOn.nights },
    },
    {
      name: `${name}: energy lacking`,
      figure: rounded(goesOn.lackKwh),
      unit: 'kWh',
      goal: `<= ${lackKwh}`,
      beside: { newEachNight: rounded(isNew.lackKwh) },
    },
    {
      name: `${name}: cost above the optimum`,
      figure: percent(goesOn),
      unit: '% of mean price × energy',
      goal: `<= ${regret}`,
      beside: { newEachNight: percent(isNew) },
    },
  ];
}

/** The need, prices and arrival are those of a seeded day, one after the other from a date on. */
function nightOf(seed: number, statedKw: number, night: number, part: number): EnergyDay {
  const { day } = energyDay(seed + statedKw * 10, CLOCK_CHANGES + night, { draw: 'stated' });
  const begins = FIRST + (seed % 7) * 40 * DAY + night * DAY;
  const laterMs = begins - Math.floor(day.arrival / DAY) * DAY;
  const arrival = begins + ARRIVAL_HOUR * HOUR + (day.arrival % (7 * HOUR));
  const deadline = begins + DAY + DUE_HOUR * HOUR;
  const most = ((deadline - arrival) / HOUR) * statedKw * MOST_PART;
  const needKwh = Math.min(day.needKwh * Math.max(1, statedKw / day.statedKw), most);
  return {
    arrival,
    deadline,
    plannedFrom: arrival,
    needKwh,
    takesKwh: needKwh,
    statedKw,
    drawKw: day.drawKw.map(() => statedKw * part),
    prices: day.prices.map(({ start, end, price }) => ({ start: start + laterMs, end: end + laterMs, price })),
  };
}

/** A planner that goes on from night to night, asked every ten minutes while there is no car. */
class LastingPlanner {
  #planner: ChargePlanner | undefined;
  #askedAt = 0;

  controller(day: EnergyDay): Controller {
    const planner = plannerOf(day, CALENDAR, {});
    if (this.#planner) {
      for (let at = this.#askedAt + 10 * MINUTE; at < day.arrival; at += 10 * MINUTE) {
        this.#planner.setCar(NO_CAR);
        this.#planner.decide(at);
      }
      this.#planner.configure(planner.settings);
    }
    this.#planner ??= planner;
    const control = controlled(this.#planner, day, CALENDAR);
    return (minute) => {
      this.#askedAt = minute.now;
      return control(minute);
    };
  }
}

function add(sum: Sum, day: EnergyDay, control: Controller): void {
  const { cost, inTimeKwh } = play(day, control);
  const isLate = inTimeKwh < day.takesKwh - 1.01 * NEAR_KWH;
  const window = day.prices.filter(({ start, end }) => end > day.arrival && start < day.deadline);
  sum.nights += 1;
  sum.late += isLate ? 1 : 0;
  sum.lackKwh += isLate ? day.takesKwh - inTimeKwh : 0;
  sum.regret += cost - leastCost(day);
  sum.base += (window.reduce((all, { price }) => all + price, 0) / window.length) * day.takesKwh;
}

const newSum = (): Sum => ({ nights: 0, late: 0, lackKwh: 0, regret: 0, base: 0 });

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
