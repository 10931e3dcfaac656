import type { Level } from './levels';
import type { Sample } from './sample-window';
import type { SunPreference } from './surplus-settings';

/** What a kWh from the grid costs, in kWh of the sun. */
export const GRID_PRICE: Readonly<Record<SunPreference, number>> = { 'only-sun': 3, 'mostly-sun': 1, 'sun-first': 0.4 };

/** Samples and how much they count; the weights of all sets make one. */
export interface Weighted {
  samples: readonly Sample[];
  weight: number;
}

/** A level and what it is worth, W. */
export interface Rewarded {
  level: Level;
  rewardW: number;
}

/** What a level would have taken from the sun, less what it would have taken from the grid at its price: a mean, in W. */
export function rewardOf({ powerW }: Level, sets: readonly Weighted[], gridPrice: number): number {
  let reward = 0;
  for (const { samples, weight } of sets) {
    let sum = 0;
    for (const { sunW } of samples) {
      const sun = Math.min(powerW, Math.max(0, sunW));
      sum += sun - gridPrice * (powerW - sun);
    }
    reward += (weight * sum) / Math.max(1, samples.length);
  }
  return reward;
}

/** The level with the highest reward, of equal ones the first; undefined where there is no level. */
export function bestOf(levels: readonly Level[], sets: readonly Weighted[], gridPrice: number): Rewarded | undefined {
  let best: Rewarded | undefined;
  for (const level of levels) {
    const rewardW = rewardOf(level, sets, gridPrice);
    if (!best || rewardW > best.rewardW) best = { level, rewardW };
  }
  return best;
}
