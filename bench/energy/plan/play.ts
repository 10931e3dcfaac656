import type { Charger } from '../../../simulator/world/model';
import type { Calendar } from '../../../src/energy/calendar';
import { ChargePlanner } from '../../../src/energy/plan/charge-planner';
import type { PlanSettings } from '../../../src/energy/plan/plan-settings';
import type { PriceSlot } from '../../../src/energy/plan/prices';
import { SimulatedHouse, type Reported } from '../simulated-house';
import type { EnergyDay } from './days';

/** What became of one day. */
export interface Played {
  kwh: number;
  cost: number;
  /** kWh at the time when the car was to be ready. */
  inTimeKwh: number;
  starts: number;
  shortestRunMin: number;
  /** Minutes in which a car that is full is to charge all the same. */
  fullMin: number;
}

/** What a controller knows in each minute: the truth, and what the cloud has reported of the charger. */
interface Minute {
  now: number;
  kwh: number;
  reported: Reported;
}

/** Says in each minute whether the car is to charge. */
export type Controller = (minute: Minute) => boolean;

export const NO_CAR: Reported = {
  mode: 'disconnected',
  reason: undefined,
  powerW: 0,
  sessionKwh: 0,
  currents: [0, 0, 0],
  at: 0,
};
const MINUTE = 60_000;
const STEP_MS = 10_000;
/** Less than this is reached, kWh. */
export const NEAR_KWH = 0.05;
/** By then the cloud has said that a car is full, minutes. */
const REPORTED_MIN = 3;
const PUBLISHED_MINUTES = 13 * 60;
/** Of the simulator: a phase falls by so much for each ampere. */
const VOLTS = 230;
const DROP = 0.05;
const ONE_PHASE_KW = 4;

/**
 * On the simulator, until the car has its energy or a day has passed since it was to have it. The decision of each minute
 * is a command to the charger; what the plan knows of the car is what the cloud has reported. Energy beyond the goal, from
 * the end of it to the next report, is in the car and costs nothing here.
 */
export function play(day: EnergyDay, control: Controller): Played {
  const { arrival, deadline, plannedFrom, drawKw, needKwh, takesKwh, prices, statedKw } = day;
  const played: Played = { kwh: 0, cost: 0, inTimeKwh: 0, starts: 0, shortestRunMin: Infinity, fullMin: 0 };
  const phases = phasesOf(day);
  const car = { phases, maxA: currentOf(statedKw, phases), ...(takesKwh < needKwh ? { takesKwh } : {}) };
  for (let now = plannedFrom; now < arrival; now += MINUTE) control({ now, kwh: 0, reported: NO_CAR });
  const house = new SimulatedHouse({ at: arrival, cars: [car] });
  const charger = house.chargers[0] as Charger;
  let run = 0;
  let fullFor = 0;
  for (const kw of drawKw) {
    const { now } = house;
    const isThere = played.kwh >= takesKwh - NEAR_KWH;
    if (isThere && (takesKwh === needKwh || now >= deadline)) break;
    const on = control({ now, kwh: played.kwh, reported: house.reported(charger) });
    fullFor = isThere ? fullFor + 1 : 0;
    if (on && fullFor > REPORTED_MIN) played.fullMin += 1;
    if (!on && run > 0) played.shortestRunMin = Math.min(played.shortestRunMin, run);
    if (on && run === 0) played.starts += 1;
    run = on ? run + 1 : 0;
    if (charger.car) charger.car.maxA = currentOf(kw, phases);
    house.command(charger, on);
    house.advance(MINUTE, STEP_MS);
    const kwh = Math.min(needKwh, charger.session?.energyKwh ?? 0);
    played.cost += (kwh - played.kwh) * priceAt(prices, now);
    played.kwh = kwh;
    if (now < deadline) played.inTimeKwh = kwh;
  }
  return played;
}

export const phasesOf = ({ statedKw }: EnergyDay): 1 | 3 => (statedKw < ONE_PHASE_KW ? 1 : 3);

/** A on each phase at which the simulator's car draws a power. */
export function currentOf(kw: number, phases: 1 | 3): number {
  const ampere = (kw * 1_000) / phases / VOLTS;
  return (kw * 1_000) / phases / (VOLTS - DROP * ampere);
}

/** The planner, asked every minute with the state of the car, as the node asks it. */
export function planned(day: EnergyDay, calendar: Calendar, rules: Partial<PlanSettings>): Controller {
  return controlled(plannerOf(day, calendar, rules), day, calendar);
}

/** A planner with the settings of a day. */
export function plannerOf(day: EnergyDay, calendar: Calendar, rules: Partial<PlanSettings>): ChargePlanner {
  const settings: PlanSettings = {
    goal: 'energy',
    amount: day.needKwh,
    capacityKwh: 75,
    by: '07:00',
    days: 'daily',
    weekdays: [],
    powerKw: day.statedKw,
    maxPrice: undefined,
    force: true,
    onePiece: false,
    leastRun: 0,
    buffer: 15,
    series: 'none',
    seriesWeight: 'alike',
    houseW: 0,
    ...rules,
  };
  return new ChargePlanner(settings, calendar);
}

/** A planner that gets the prices of a day when they are published. */
export function controlled(planner: ChargePlanner, day: EnergyDay, calendar: Calendar): Controller {
  let knownUntil = 0;
  return ({ now, reported }) => {
    const isPublished = calendar.minuteOfDay(now) >= PUBLISHED_MINUTES;
    const { end } = calendar.day(now, isPublished ? 1 : 0);
    if (end > knownUntil) {
      knownUntil = end;
      planner.setPrices(
        day.prices.filter((slot) => slot.end <= end),
        now,
      );
    }
    planner.setCar(reported);
    return planner.decide(now).charge;
  };
}

/** The rule that people write: the cheapest whole hours of those that are left, by what the car is said to draw. */
export function plainRule(day: EnergyDay): Controller {
  const hour = 60 * MINUTE;
  return ({ now, kwh }) => {
    const need = Math.ceil((day.needKwh - kwh) / day.statedKw);
    const slots: { at: number; price: number }[] = [];
    for (let at = now; at < day.deadline; at = (Math.floor(at / hour) + 1) * hour) {
      slots.push({ at, price: priceAt(day.prices, at) });
    }
    const chosen = [...slots].sort((a, b) => a.price - b.price).slice(0, need);
    return slots.length > 0 && (slots.length <= need || chosen.some(({ at }) => at === now));
  };
}

export function priceAt(prices: readonly PriceSlot[], at: number): number {
  return prices.find(({ start, end }) => start <= at && at < end)?.price ?? 0;
}
