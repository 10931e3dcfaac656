import { isSafe, type EnergyDay } from './days';
import { priceAt, NEAR_KWH, type Controller } from './play';

const MINUTE = 60_000;
const STEP_MINUTES = 5;
/** The power changes so often, as in `days`. */
const CHANGE_MINUTES = 15;
const STEPS_AN_HOUR = 12;
/** Levels of the power, as parts of what was said: 0.4, 0.45, … 1. */
const LEAST = 0.4;
const LEVEL = 0.05;
const LEVELS = 13;
/** A step at the lowest level brings so many units of energy, and one more at each level above. */
const LEAST_UNITS = Math.round(LEAST / LEVEL);
/** The power rises or falls by up to 0.2 at a change, all alike: weights of the levels from four below to four above. */
const CHANGE = [0.5, 1, 1, 1, 1, 1, 1, 1, 0.5].map((weight) => weight / 8);
const FURTHEST = 4;

/** More than any cost of a day. */
const FORBIDDEN = 1e6;

/** Whether to charge, by step, level and units that are still needed. */
type Policy = Uint8Array[][];

/**
 * The best that anyone can do who knows how the power of a wandering car changes, and sees it at any time, also while the
 * car does not charge, but does not know what it will be: a dynamic program from the deadline back, over steps of 5 minutes,
 * the power and the energy that is missing. It knows more than a planner can: that the car wanders, how, and what it would
 * draw now. No strategy without knowledge of the future has a lower mean of the cost plus what the missed deadlines cost.
 * @param missCost what a missed deadline costs, in the unit of the prices times kWh
 * @param isSure it also never waits where the lowest power would then no longer reach a goal that it would have reached
 */
export function informed(day: EnergyDay, missCost: number, isSure = false): Controller {
  const unitKwh = (day.statedKw / STEPS_AN_HOUR) * LEVEL;
  const width = Math.ceil(day.needKwh / unitKwh) + 1;
  const policy = solved(day, { missCost, unitKwh, width, isSure: isSure && isSafe(day) });
  return ({ now, kwh }) => {
    const minute = Math.round((now - day.arrival) / MINUTE);
    const step = policy[Math.floor(minute / STEP_MINUTES)];
    if (!step) return true;
    const level = Math.round(((day.drawKw[minute] ?? 0) / day.statedKw - LEAST) / LEVEL);
    const missing = Math.ceil((day.needKwh - kwh - NEAR_KWH) / unitKwh);
    return step[Math.max(0, level)]?.[Math.min(width - 1, Math.max(0, missing))] === 1;
  };
}

interface Grid {
  missCost: number;
  unitKwh: number;
  width: number;
  isSure: boolean;
}

function solved(day: EnergyDay, { missCost, unitKwh, width, isSure }: Grid): Policy {
  const steps = Math.floor((day.deadline - day.arrival) / MINUTE / STEP_MINUTES);
  const latePrice = priceAt(day.prices, day.deadline + MINUTE);
  const late = Float64Array.from({ length: width }, (_, need) =>
    need > 0 ? need * unitKwh * latePrice + missCost + (isSure ? FORBIDDEN : 0) : 0,
  );
  const policy: Policy = [];
  let costs = levels(() => late);
  for (let step = steps - 1; step >= 0; step -= 1) {
    const price = priceAt(day.prices, day.arrival + (step * STEP_MINUTES + 2) * MINUTE);
    const isChange = ((step + 1) * STEP_MINUTES) % CHANGE_MINUTES === 0;
    const after = isChange ? levels((level) => expected(costs, level)) : costs;
    const choices = levels(() => new Uint8Array(width));
    // One unit less, since a step may be begun in its middle.
    const reach = isSure ? (steps - step - 1) * LEAST_UNITS - 1 : Infinity;
    costs = levels((level) => {
      const then = after[level] as Float64Array;
      return then.map((waits, need) => {
        const off = need > reach ? waits + FORBIDDEN : waits;
        const left = Math.max(0, need - LEAST_UNITS - level);
        const on = (need - left) * unitKwh * price + (then[left] as number);
        if (need === 0 || on > off) return off;
        (choices[level] as Uint8Array)[need] = 1;
        return on;
      });
    });
    policy[step] = choices;
  }
  return policy;
}

/** The mean over what the power may be after a change. */
function expected(costs: readonly Float64Array[], level: number): Float64Array {
  const mean = new Float64Array((costs[0] as Float64Array).length);
  for (const [index, weight] of CHANGE.entries()) {
    const next = Math.min(LEVELS - 1, Math.max(0, level + index - FURTHEST));
    const from = costs[next] as Float64Array;
    for (let need = 0; need < mean.length; need += 1)
      mean[need] = (mean[need] as number) + weight * (from[need] as number);
  }
  return mean;
}

const levels = <T>(of: (level: number) => T): T[] => Array.from({ length: LEVELS }, (_, level) => of(level));
