import type { PlanSettings, SeriesWeight } from './plan-settings';

/** How much of a decision the CO₂ has. */
const SHARES: Readonly<Record<SeriesWeight, number>> = { price: 0.25, alike: 0.5, series: 0.75 };

/** One step with its price and the second series; undefined where that is not known. */
interface Weighed {
  price: number;
  second: number | undefined;
}

interface WeighContext extends Pick<PlanSettings, 'series' | 'seriesWeight' | 'houseW'> {
  /** What the car is expected to draw, kW. */
  powerKw: number;
}

/** The part of the energy of a step that the sun gives, 0 to 1. */
export function freePart({ second }: Weighed, { series, houseW, powerKw }: WeighContext): number {
  if (series !== 'sun' || second === undefined) return 0;
  return Math.min(1, Math.max(0, second - houseW) / (powerKw * 1_000));
}

/**
 * What each step costs to the plan, in the unit of the prices: sun makes a part free, and CO₂ counts in the place of a part
 * of the price, in proportion to their means.
 */
export function weigh(steps: readonly Weighed[], context: WeighContext): number[] {
  if (context.series !== 'co2') return steps.map((step) => step.price * (1 - freePart(step, context)));
  const known = steps.flatMap(({ second }) => second ?? []);
  const meanCo2 = mean(known);
  if (meanCo2 === 0) return steps.map(({ price }) => price);
  const meanPrice = mean(steps.map(({ price }) => Math.abs(price)));
  const share = SHARES[context.seriesWeight];
  const perCo2 = (meanPrice === 0 ? 1 : meanPrice) / meanCo2;
  return steps.map(({ price, second = meanCo2 }) => price * (1 - share) + second * perCo2 * share);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
