import { createHash } from 'node:crypto';

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959964;

/** What became of the mutants of a sampled run, as Stryker's report calls it. */
export interface Counts {
  /** Mutants that a test reaches: the sample comes from these. */
  reached: number;
  /** Mutants that no test reaches: all of them survive, and none of them needs a run. */
  unreached: number;
  /** Drawn mutants that a test found, with those that ran too long. */
  found: number;
  /** Drawn mutants that no test found. */
  survived: number;
}

/** Shares of all mutants, reached or not, from 0 to 1. */
export interface Score {
  share: number;
  /** The interval that holds the share of the whole room with a confidence of 95 %. */
  low: number;
  high: number;
}

/**
 * Draws uniformly and without replacement. The order comes from a hash of each id, not from its place in the list: one
 * mutant more or less, because a test took another way, changes one mutant of the sample and no more.
 */
export function draw(ids: readonly string[], size: number, seed: string): Set<string> {
  const ranked = ids.map((id) => ({ id, rank: createHash('sha256').update(`${seed}:${id}`).digest('hex') }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return new Set(ranked.slice(0, size).map(({ id }) => id));
}

/**
 * The score interval of Wilson, which also holds near 0 and 1.
 * @param population how many there are to draw from: the interval shrinks to the share itself when all were drawn
 */
export function wilson(found: number, drawn: number, population: number): Score {
  if (drawn === 0) return { share: 0, low: 0, high: 1 };
  const share = found / drawn;
  // A draw without replacement says as much as a larger one with replacement.
  const size = drawn >= population ? Infinity : (drawn * (population - 1)) / (population - drawn);
  const middle = (share + Z ** 2 / (2 * size)) / (1 + Z ** 2 / size);
  const half = (Z / (1 + Z ** 2 / size)) * Math.sqrt((share * (1 - share)) / size + Z ** 2 / (4 * size ** 2));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The share of the reached mutants is an estimate; how many are reached is known, and weighs it exactly. */
export function scoreOf({ reached, unreached, found, survived }: Counts): Score {
  const drawn = found + survived;
  const all = reached + unreached;
  if (all === 0) return { share: 1, low: 1, high: 1 };
  if (reached === 0) return { share: 0, low: 0, high: 0 };
  const weight = reached / all;
  const { share, low, high } = wilson(found, drawn, reached);
  return { share: share * weight, low: low * weight, high: high * weight };
}

/** @param goal in % A sample shows that a room misses its goal only where the whole interval lies below it. */
export function missesGoal({ high }: Score, goal: number): boolean {
  return high * 100 < goal;
}
