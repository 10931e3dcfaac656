/** What a bench measured; the runner decides whether the figure reached its goal. */
export interface Measurement {
  name: string;
  figure: number;
  unit: string;
  /** A bound such as `>= 0.97`. */
  goal: string;
  /** Other figures of the same run, such as those of the alternatives. */
  beside?: Record<string, number>;
}

export interface Result extends Measurement {
  /** The name of the bench. */
  bench: string;
  reached: boolean;
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

/** @throws Error when the goal is not a bound. */
export function judge(bench: string, measurement: Measurement): Result {
  const [, sign = '', bound = ''] = /^(>=|<=) ([\d.]+)$/.exec(measurement.goal) ?? [];
  const holds = BOUNDS[sign];
  if (!holds) throw new Error(`The goal "${measurement.goal}" of ${measurement.name} is not a bound such as ">= 0.97"`);
  const { name, figure, unit, goal, beside = {} } = measurement;
  return { bench, name, figure, unit, goal, reached: holds(figure, Number(bound)), beside };
}
