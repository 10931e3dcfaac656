import { DAY_S, FUSE_A, type HouseDay } from './house';

/** Spikes that last less do not count, s. */
const SPIKE_S = 20;
/** The grid: time in s, and current in A from the least that a car can charge with. */
const STEP_S = 15;
const GRID_A = 0.5;
const LEAST_A = 6;
const RAISE_STEPS = (15 * 60) / STEP_S;
const LOWER_STEPS = 60 / STEP_S;

/**
 * The most that anyone could charge who knows the house beforehand, in A × s on all phases: never above the fuse less its
 * reserve but for spikes under 20 s, raises 15 minutes after any write, lowerings 60 s after it. Where cars use different
 * phases, each of the two groups is written for itself, so that this is more than anyone could reach.
 */
export function mostEnergy({ loadA, cars }: HouseDay, reserveA: number): number {
  const free = loadA.map((load) => {
    const opened = withoutSpikes(load);
    return Array.from({ length: DAY_S / STEP_S }, (_, step) => {
      let most = 0;
      for (let at = step * STEP_S; at < (step + 1) * STEP_S; at += 1) most = Math.max(most, opened[at] as number);
      return FUSE_A - reserveA - most;
    });
  });
  const leastOf = (phases: readonly number[]): number[] =>
    (free[0] as number[]).map((_, step) =>
      Math.min(...phases.map((phase) => (free[phase] as number[])[step] as number)),
    );
  const three = cars.filter(({ phases }) => phases.length === 3);
  const one = cars.filter(({ phases }) => phases.length === 1);
  const sumOf = (which: typeof cars) => which.reduce((sum, { mostA }) => sum + mostA, 0);
  const upTo = (mostA: number) => (ampere: number) => Math.min(ampere, mostA);
  const ofThree = () => bestOf(leastOf([0, 1, 2]), upTo(sumOf(three)));
  const phase = one[0]?.phases;
  if (phase === undefined) return 3 * ofThree();
  if (three.length === 0) return bestOf(leastOf(phase), upTo(sumOf(one)));
  // The chargers share the phase that both use: equally, as far as each can use it.
  const shared = (ampere: number): number => {
    const isForBoth = ampere >= 2 * LEAST_A;
    const half = Math.max(ampere / 2, ampere - sumOf(one));
    return Math.min(sumOf(three), isForBoth ? half : ampere);
  };
  const both = upTo(sumOf(cars));
  return Math.min(
    bestOf(leastOf(phase), (ampere) => both(ampere) + 2 * shared(ampere)),
    bestOf(leastOf(phase), both) + 2 * ofThree(),
  );
}

/** The least of each stretch, and then the most of those that cover a second. */
function withoutSpikes(load: Float32Array): Float32Array {
  return window(window(load, Math.min), Math.max, SPIKE_S - 1);
}

function window(values: Float32Array, pick: (a: number, b: number) => number, back = 0): Float32Array {
  return values.map((_, at) => {
    let picked = values[Math.min(DAY_S - 1, Math.max(0, at - back))] as number;
    for (let each = at - back; each < at - back + SPIKE_S; each += 1) {
      if (each >= 0 && each < DAY_S) picked = pick(picked, values[each] as number);
    }
    return picked;
  });
}

/** Backwards over time: the best of each current, and of each time since the last write. */
function bestOf(freeA: readonly number[], worth: (ampere: number) => number): number {
  const levels = [0];
  for (let ampere = LEAST_A; ampere <= FUSE_A; ampere += GRID_A) {
    // A current that brings no more than the one below it is none to try.
    if (worth(ampere) !== worth(levels.at(-1) as number)) levels.push(ampere);
  }
  let after = levels.map(() => new Float64Array(RAISE_STEPS + 1));
  for (let step = freeA.length - 1; step >= 0; step -= 1) {
    const free = freeA[step] as number;
    // What is left from here with a current that was set so many steps ago.
    const kept = levels.map((ampere, level) => {
      const row = new Float64Array(RAISE_STEPS + 1).fill(-Infinity);
      if (ampere > 0 && ampere > free) return row;
      for (let since = 0; since <= RAISE_STEPS; since += 1) {
        row[since] =
          worth(ampere) * STEP_S + ((after[level] as Float64Array)[Math.min(RAISE_STEPS, since + 1)] as number);
      }
      return row;
    });
    let lower = -Infinity;
    const lowerThan = levels.map((_, level) => {
      const best = lower;
      lower = Math.max(lower, (kept[level] as Float64Array)[0] as number);
      return best;
    });
    const any = lower;
    after = levels.map((_, level) =>
      (kept[level] as Float64Array).map((stay, since) => {
        if (since >= RAISE_STEPS) return Math.max(stay, any);
        return since >= LOWER_STEPS ? Math.max(stay, lowerThan[level] as number) : stay;
      }),
    );
  }
  return Math.max(...after.map((row) => row[RAISE_STEPS] as number));
}
