/** One step of the time to be planned. */
export interface Step {
  /** What it costs to charge in it, in any unit. */
  cost: number;
  /** False where charging is out of the question. */
  allowed: boolean;
}

export interface ScheduleRules {
  /** Steps in which to charge. */
  need: number;
  /** The least number of steps in a row. */
  leastRun: number;
  /** Steps that the present run has lasted already; 0 while charging is off. */
  running: number;
  /** What a start costs, in the unit of the steps. */
  startCost: number;
  /** All in one row, or in as many as is cheapest. */
  onePiece: boolean;
}

/**
 * The steps in which to charge at the least cost. With fewer allowed steps than needed it is all of them. If the rules
 * cannot be kept, the least run is given up.
 */
export function schedule(steps: readonly Step[], rules: ScheduleRules): boolean[] {
  const allowed = steps.filter((step) => step.allowed).length;
  const need = Math.min(rules.need, allowed);
  if (need <= 0) return steps.map(() => false);
  if (need === allowed) return steps.map((step) => step.allowed);
  const chosen = rules.onePiece ? piece(steps, { ...rules, need }) : runs(steps, { ...rules, need });
  return chosen ?? cheapest(steps, need);
}

/** The cheapest steps, the earlier ones first. */
function cheapest(steps: readonly Step[], need: number): boolean[] {
  const order = steps.flatMap(({ allowed }, index) => (allowed ? [index] : []));
  order.sort((a, b) => costOf(steps, a) - costOf(steps, b) || a - b);
  const chosen = new Set(order.slice(0, need));
  return steps.map((_, index) => chosen.has(index));
}

/** A row that has begun goes on to its end. */
function piece(steps: readonly Step[], { need, running }: ScheduleRules): boolean[] | undefined {
  let best: { from: number; cost: number } | undefined;
  for (let from = 0; from + need <= steps.length; from += 1) {
    const row = steps.slice(from, from + need);
    if (row.some((step) => !step.allowed)) continue;
    const cost = row.reduce((sum, step) => sum + step.cost, 0);
    if (best === undefined || cost < best.cost) best = { from, cost };
    if (running > 0 && from === 0) break;
  }
  return best && steps.map((_, index) => index >= best.from && index < best.from + need);
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * A dynamic program from the last step to the first. Its state: how many steps are still needed, and how long the present
 * run is, up to the least.
 */
function runs(steps: readonly Step[], { need, leastRun, running, startCost }: ScheduleRules): boolean[] | undefined {
  const least = Math.max(1, Math.min(leastRun, steps.length));
  const first = Math.min(running, least);
  // A run is not begun for less, and one that has begun lasts as long.
  const all = Math.max(need, first > 0 ? least - first : least);
  const width = least + 1;
  let after = new Float64Array((all + 1) * width).fill(NEVER);
  after[0] = 0;
  after[least] = 0;
  const turnsOn = new Uint8Array(steps.length * (all + 1) * width);
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const { cost, allowed } = steps[index] as Step;
    const now = new Float64Array(after.length).fill(NEVER);
    for (let left = 0; left <= all; left += 1) {
      for (let run = 0; run <= least; run += 1) {
        const state = left * width + run;
        const off = run === 0 || run === least ? (after[left * width] as number) : NEVER;
        const next = (left - 1) * width + Math.min(run + 1, least);
        const on = allowed && left > 0 ? cost + (run === 0 ? startCost : 0) + (after[next] as number) : NEVER;
        now[state] = Math.min(off, on);
        if (on < NEVER && on <= off) turnsOn[index * after.length + state] = 1;
      }
    }
    after = now;
  }
  if ((after[all * width + first] ?? NEVER) === NEVER) return undefined;
  let left = all;
  let run = first;
  return steps.map((_, index) => {
    const on = turnsOn[index * after.length + left * width + run] === 1;
    left -= on ? 1 : 0;
    run = on ? Math.min(run + 1, least) : 0;
    return on;
  });
}

function costOf(steps: readonly Step[], index: number): number {
  return (steps[index] as Step).cost;
}
