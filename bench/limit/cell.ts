import type { ServerModel } from './server-models';
import type { Attempt, Strategy } from './strategies';

/** When the calls are made. */
export interface Arrivals {
  readonly name: string;
  /** When each call is made, in ms from the start, ascending. */
  readonly times: readonly number[];
}

export interface CellResult {
  /** From the first call to the last answer, in ms. */
  tookMs: number;
  /** The shortest time of a client that sends at most ten requests in any second, in ms. */
  idealMs: number;
  /** 429s of the first 60 attempts, in which an adaptive margin may settle. */
  refusedEarly: number;
  refusedLater: number;
}

const SERVICE_MS = 40;
const SETTLING_ATTEMPTS = 60;

/** One strategy against a model of the server, on the clock that is installed: real or virtual. */
export async function runCell(
  strategy: Strategy,
  server: ServerModel,
  arrivals: Arrivals,
  jitterMs: number,
  random: () => number,
): Promise<CellResult> {
  return measureCell(strategy, arrivals, async () => {
    await sleep(1 + random() * jitterMs);
    const admitted = server.admit(Date.now());
    await sleep(SERVICE_MS);
    return admitted ? 200 : 429;
  });
}

export async function measureCell(strategy: Strategy, arrivals: Arrivals, attempt: Attempt): Promise<CellResult> {
  let attempts = 0;
  const refused = { early: 0, later: 0 };
  const counted: Attempt = async () => {
    const status = await attempt();
    attempts += 1;
    if (status === 429) refused[attempts <= SETTLING_ATTEMPTS ? 'early' : 'later'] += 1;
    return status;
  };
  const startedAt = Date.now();
  await Promise.all(
    arrivals.times.map(async (at) => {
      if (at > 0) await sleep(at);
      await strategy.call(counted);
    }),
  );
  const idealMs = idealFor(arrivals.times);
  return { tookMs: Date.now() - startedAt, idealMs, refusedEarly: refused.early, refusedLater: refused.later };
}

/** Each call leaves when it is made, but no sooner than a second after the tenth call before it. */
function idealFor(times: readonly number[]): number {
  const sent: number[] = [];
  for (const [index, at] of times.entries()) sent.push(Math.max(at, index >= 10 ? (sent[index - 10] ?? 0) + 1000 : 0));
  return sent.at(-1) ?? 0;
}

export function allAtOnce(calls: number): Arrivals {
  return { name: 'all at once', times: Array.from({ length: calls }, () => 0) };
}

/** Poisson arrivals. */
export function atRandom(calls: number, perSecond: number, random: () => number): Arrivals {
  let at = 0;
  const times = Array.from({ length: calls }, () => (at += (-Math.log(1 - random()) / perSecond) * 1000));
  return { name: 'at random', times };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
