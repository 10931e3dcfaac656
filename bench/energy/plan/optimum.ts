import type { EnergyDay } from './days';
import { priceAt } from './play';

const MINUTE = 60_000;
const STEP_MINUTES = 5;

interface Minute {
  price: number;
  kwh: number;
}

/** What each minute until the goal is due costs and brings, as nobody but this bench knows it beforehand. */
function minutesOf({ arrival, deadline, drawKw, prices }: EnergyDay): Minute[] {
  return drawKw
    .slice(0, Math.floor((deadline - arrival) / MINUTE))
    .map((kw, minute) => ({ price: priceAt(prices, arrival + minute * MINUTE), kwh: kw / 60 }));
}

/** kWh that the car could have had in time. */
export function possibleKwh(day: EnergyDay): number {
  return minutesOf(day).reduce((sum, { kwh }) => sum + kwh, 0);
}

/** The least cost of the energy: the cheapest minutes, with the last one in part. It is exact, since cost is linear. */
export function leastCost(day: EnergyDay): number {
  let left = day.takesKwh;
  let cost = 0;
  for (const { price, kwh } of minutesOf(day).sort((a, b) => a.price - b.price)) {
    const taken = Math.min(left, kwh);
    cost += taken * price;
    left -= taken;
  }
  return cost;
}

/**
 * The least cost where charging lasts at least so long once it has begun, on a grid of 5 minutes from the arrival, at a
 * constant draw. Written apart from the planner: forwards, over the starts and ends of runs.
 */
export function leastCostOfRuns(day: EnergyDay, leastMinutes: number): number {
  const minutes = minutesOf(day);
  const costs: number[] = [];
  for (let at = 0; at + STEP_MINUTES <= minutes.length; at += STEP_MINUTES) {
    costs.push(minutes.slice(at, at + STEP_MINUTES).reduce((sum, { price, kwh }) => sum + price * kwh, 0));
  }
  const need = Math.round(day.needKwh / ((minutes[0]?.kwh ?? 1) * STEP_MINUTES));
  const least = Math.min(need, leastMinutes / STEP_MINUTES);
  const sums = [0];
  for (const cost of costs) sums.push((sums.at(-1) ?? 0) + cost);
  // best[end][k]: k steps charged in runs that have ended by then.
  const best = [Array.from({ length: need + 1 }, (_, k) => (k === 0 ? 0 : Infinity))];
  for (let end = 1; end <= costs.length; end += 1) {
    const row = [...(best[end - 1] as number[])];
    for (let length = least; length <= Math.min(end, need); length += 1) {
      const cost = (sums[end] as number) - (sums[end - length] as number);
      const before = best[end - length] as number[];
      for (let k = length; k <= need; k += 1) {
        row[k] = Math.min(row[k] as number, (before[k - length] as number) + cost);
      }
    }
    best.push(row);
  }
  return best.at(-1)?.[need] ?? NaN;
}
