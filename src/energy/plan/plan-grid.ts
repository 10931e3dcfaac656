import type { PriceSpan } from './price-book';

/** A time in which the car is to charge; ms since 1970. */
export interface PlanSegment {
  start: number;
  end: number;
  kwh: number;
  /** Mean of its prices. */
  price: number;
  /** Its prices are those of another day. */
  estimated: boolean;
}

interface GridStep {
  start: number;
  end: number;
  lengthMs: number;
  price: number;
  estimated: boolean;
}

/** Steps of the time to be planned, in order. */
export type Grid = GridStep[] & { stepMs: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Every usual price slot is a multiple of it. */
const STEP_MS = 5 * MINUTE;
/** More steps than this take too long to plan. */
const MOST_STEPS = 900;

/** The same steps with other prices. */
export function repriced(grid: Grid, prices: readonly number[]): Grid {
  const steps = grid.map((step, index) => ({ ...step, price: prices[index] ?? step.price }));
  return Object.assign(steps, { stepMs: grid.stepMs });
}

/** Cuts prices into steps that end on the clock: the first one is up to half a step shorter or longer than the others. */
export function gridOf(prices: readonly PriceSpan[]): Grid {
  const from = prices[0]?.start ?? 0;
  const to = prices.at(-1)?.end ?? from;
  const stepMs = STEP_MS * Math.max(1, Math.ceil((to - from) / STEP_MS / MOST_STEPS));
  const steps: GridStep[] = [];
  let span = 0;
  let start = from;
  while (start < to) {
    let end = start - (start % stepMs) + stepMs;
    if (end - start < stepMs / 2) end += stepMs;
    end = Math.min(end, to);
    let sum = 0;
    let estimated = false;
    for (let at = start; at < end;) {
      const { end: spanEnd, price, estimated: isEstimated } = prices[span] as PriceSpan;
      const until = Math.min(end, spanEnd);
      sum += price * (until - at);
      estimated ||= isEstimated;
      at = until;
      if (spanEnd <= at) span += 1;
    }
    steps.push({ start, end, lengthMs: end - start, price: sum / (end - start), estimated });
    start = end;
  }
  return Object.assign(steps, { stepMs });
}

/** Neighbouring steps as one time, with the energy that they bring until the need is met. */
export function segmentsOf(grid: Grid, chosen: readonly boolean[], powerKw: number, needKwh: number): PlanSegment[] {
  const segments: PlanSegment[] = [];
  let left = needKwh;
  grid.forEach((step, index) => {
    if (chosen[index] !== true) return;
    const kwh = Math.min(left, (powerKw * step.lengthMs) / HOUR);
    left -= kwh;
    const last = segments.at(-1);
    if (last?.end !== step.start) {
      segments.push({ start: step.start, end: step.end, kwh, price: step.price, estimated: step.estimated });
      return;
    }
    const share = step.lengthMs / (step.end - last.start);
    last.price += (step.price - last.price) * share;
    last.kwh += kwh;
    last.end = step.end;
    last.estimated ||= step.estimated;
  });
  return segments;
}
