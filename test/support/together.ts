/** One scenario of a suite: what it began, and why it cannot run. */
export interface Scenario {
  /** Is called when the scenario is over, however it went; what was registered last comes first. */
  after(end: () => unknown): void;
  /** Ends the scenario, and its test is skipped. */
  skip(): never;
}

type Body = (own: Scenario) => unknown;

class Skipped extends Error {}

/** One after the other where Mocha is to run only some tests, or where each counts for itself, as in mutation testing. */
const ONE_BY_ONE =
  process.env['MUTATION'] !== undefined || process.argv.some((word) => /^(-[fg]|--f?grep)(=|$)/.test(word));

/**
 * For a suite whose scenarios mostly wait. They begin in its `before`, and the test of each waits for its own: a failure
 * is that of its test. Each counts its time-out, that of the suite, from its own start, and must share nothing with the
 * others.
 * @param atOnce so many run at the same time, and those that are left follow in their order
 * @returns defines a scenario in the place of `it`
 */
export function together(atOnce = Infinity): (title: string, body: Body) => void {
  const scenarios: { test: Mocha.Test; outcome: () => Promise<unknown> }[] = [];
  const running = new Set<Promise<unknown>>();
  let isOver = false;

  before('begin the scenarios', () => {
    if (ONE_BY_ONE) return;
    const waiting = scenarios.filter(({ test }) => test.parent?.tests.includes(test));
    const next = () => {
      const outcome = isOver ? undefined : waiting.shift()?.outcome();
      void outcome?.then(next);
    };
    for (let count = Math.min(atOnce, waiting.length); count > 0; count -= 1) next();
  });
  // Where Mocha stops at the first failure, nothing is left behind.
  after('end the scenarios', async () => {
    isOver = true;
    await Promise.all(running);
  });

  return (title, body) => {
    let begun: Promise<unknown> | undefined;
    const outcome = () => {
      if (begun) return begun;
      begun = run(body, test.timeout());
      running.add(begun);
      return begun;
    };
    const test = it(title, async function () {
      const error = await outcome();
      if (error instanceof Skipped) this.skip();
      if (error !== undefined) throw error as Error;
    });
    scenarios.push({ test, outcome });
  };
}

/** @returns why it failed; undefined where it did not. */
async function run(body: Body, timeoutMs: number): Promise<unknown> {
  const ends: (() => unknown)[] = [];
  let isOver = false;
  let error: unknown;
  const failed = (reason: unknown) => void (error ??= reason ?? new Error('failed without a reason'));
  const end = (one: () => unknown) => Promise.resolve().then(one).catch(failed);
  const own: Scenario = {
    // What begins only after the time-out ends at once.
    after: (one) => void (isOver ? end(one) : ends.push(one)),
    skip: () => {
      throw new Skipped();
    },
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    if (timeoutMs > 0) timer = setTimeout(() => reject(new Error(`not over after ${timeoutMs} ms`)), timeoutMs);
  });
  const ran = Promise.resolve(own).then(body);
  await Promise.race([ran, late]).catch(failed);
  clearTimeout(timer);
  for (let one = ends.pop(); one; one = ends.pop()) await end(one);
  isOver = true;
  return error;
}
