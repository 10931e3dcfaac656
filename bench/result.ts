/** What a bench measured; the runner decides whether the figure reached its goal. */
export interface Measurement {
  name: string;
  figure: number;
  unit: string;
  /** A bound such as `>= 0.97`. */
  goal: string;
  /** A wider bound, for a goal that is missed with a reason or that a busy machine may miss: a run fails beyond it. */
  tolerated?: string;
  /** Other figures of the same run, such as those of the alternatives. */
  beside?: Record<string, number>;
}

export interface Result extends Measurement {
  /** The name of the bench. */
  bench: string;
  reached: boolean;
  /** Whether a run may pass with this figure. */
  passes: boolean;
  beside: Record<string, number>;
}

/** How much of a bench to run. */
interface Choice {
  /** For a bench that has parts: this one. */
  part: string | undefined;
  /** A run that is short enough for CI. */
  short: boolean;
  /** To repeat a run whose faults come in an order by chance. */
  seed: number | undefined;
}

export interface Bench {
  /** Each part runs, and prints its results, by itself. */
  readonly parts?: readonly string[];
  readonly run: (choice: Choice) => Promise<Measurement[]>;
}

const BOUNDS: Record<string, (figure: number, bound: number) => boolean> = {
  '>=': (figure, bound) => figure >= bound,
  '<=': (figure, bound) => figure <= bound,
};

/** @throws Error when the goal, or what is tolerated, is not a bound. */
export function judge(bench: string, measurement: Measurement): Result {
  const { name, figure, unit, goal, tolerated = goal, beside = {} } = measurement;
  const [reached, passes] = [goal, tolerated].map((bound) => isWithin(figure, bound, name)) as [boolean, boolean];
  return { bench, name, figure, unit, goal, reached, passes: reached || passes, beside };
}

function isWithin(figure: number, bound: string, name: string): boolean {
  const [, sign = '', value = ''] = /^(>=|<=) ([\d.]+)$/.exec(bound) ?? [];
  const holds = BOUNDS[sign];
  if (!holds) throw new Error(`The goal "${bound}" of ${name} is not a bound such as ">= 0.97"`);
  return holds(figure, Number(value));
}
