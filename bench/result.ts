/** What a bench measured; whether it reached its goal is for the runner to say. */
export interface Measurement {
  name: string;
  figure: number;
  unit: string;
  /** A bound such as `>= 0.97`. */
  goal: string;
  /** The same measured on the alternatives, in the same run. */
  beside?: Record<string, number>;
}

export interface Result extends Measurement {
  reached: boolean;
  beside: Record<string, number>;
}

/** How much of a bench is to be run. */
interface Choice {
  /** For a bench that has parts: this one. */
  part: string | undefined;
  /** So much as one can wait for in CI. */
  short: boolean;
}

export interface Bench {
  readonly name: string;
  /** Each is run, and told of, by itself. */
  readonly parts?: readonly string[];
  run(choice: Choice): Promise<Measurement[]>;
}

const BOUNDS: Record<string, (figure: number, bound: number) => boolean> = {
  '>=': (figure, bound) => figure >= bound,
  '<=': (figure, bound) => figure <= bound,
};

/** @throws Error when the goal is no bound. */
export function judge(measurement: Measurement): Result {
  const [, sign = '', bound = ''] = /^(>=|<=) ([\d.]+)$/.exec(measurement.goal) ?? [];
  const holds = BOUNDS[sign];
  if (!holds) throw new Error(`"${measurement.goal}" of ${measurement.name} is no goal such as ">= 0.97"`);
  const { name, figure, unit, goal, beside = {} } = measurement;
  return { name, figure, unit, goal, reached: holds(figure, Number(bound)), beside };
}
