import type { Calendar } from '../../../src/energy/calendar';
import { ChargePlanner } from '../../../src/energy/plan/charge-planner';
import type { PlanSettings } from '../../../src/energy/plan/plan-settings';
import type { PriceSlot } from '../../../src/energy/plan/prices';
import type { EnergyDay } from './days';

/** What became of one day. */
export interface Played {
  kwh: number;
  cost: number;
  /** kWh at the time when the car was to be ready. */
  inTimeKwh: number;
  starts: number;
  shortestRunMin: number;
}

/** Says in each minute whether the car is to charge. */
export type Controller = (minute: { now: number; kwh: number; powerKw: number }) => boolean;

const MINUTE = 60_000;
/** Less than this is reached, kWh. */
export const NEAR_KWH = 0.05;
const PUBLISHED_MINUTES = 13 * 60;

/** Minute by minute, until the car has its energy or a day has passed since it was to have it. */
export function play(day: EnergyDay, control: Controller): Played {
  const played: Played = { kwh: 0, cost: 0, inTimeKwh: 0, starts: 0, shortestRunMin: Infinity };
  let run = 0;
  let powerKw = 0;
  for (const [minute, drawKw] of day.drawKw.entries()) {
    const now = day.arrival + minute * MINUTE;
    const isLeft = played.kwh < day.needKwh - NEAR_KWH;
    const on = isLeft && control({ now, kwh: played.kwh, powerKw });
    if (!on && run > 0 && isLeft) played.shortestRunMin = Math.min(played.shortestRunMin, run);
    if (on && run === 0) played.starts += 1;
    run = on ? run + 1 : 0;
    powerKw = on ? drawKw : 0;
    const kwh = Math.min(day.needKwh - played.kwh, powerKw / 60);
    played.kwh += kwh;
    played.cost += kwh * priceAt(day.prices, now);
    if (now < day.deadline) played.inTimeKwh = played.kwh;
  }
  return played;
}

/** The planner, asked every minute with the state of the car, as the node asks it. */
export function planned(day: EnergyDay, calendar: Calendar, rules: Partial<PlanSettings>): Controller {
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
  const planner = new ChargePlanner(settings, calendar);
  let knownUntil = 0;
  return ({ now, kwh, powerKw }) => {
    const isPublished = calendar.minuteOfDay(now) >= PUBLISHED_MINUTES;
    const { end } = calendar.day(now, isPublished ? 1 : 0);
    if (end > knownUntil) {
      knownUntil = end;
      planner.setPrices(
        day.prices.filter((slot) => slot.end <= end),
        now,
      );
    }
    planner.setCar({ mode: powerKw > 0 ? 'charging' : 'finished', sessionKwh: kwh, powerW: powerKw * 1_000 });
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
