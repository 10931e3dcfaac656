import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Margin, WINDOW_MS } from '../../src/http/margin';
import { Transport } from '../../src/http/transport';
import { seeded } from '../virtual-time';
import { measureCell, type Arrivals, type CellResult } from './cell';
import type { ServerModel } from './server-models';
import type { Attempt, Strategy } from './strategies';

/** Requests that open the connections and compile the code before the measurement. */
const WARM_UP = '/warm-up';
const PERMITS = 10;

/**
 * A cell over real sockets in real time. The server adds the jitter before it looks at a request.
 *
 * Beside it, at the same time in the same process, ten clients send one request after another, each with the margin that
 * the limiter takes, and nothing waits in a queue. A stall of the machine costs both alike.
 */
export async function overHttp(
  strategy: Strategy,
  model: () => ServerModel,
  arrivals: Arrivals,
  jitterMs: number,
  seed: number,
): Promise<{ result: CellResult; withoutQueueMs: number }> {
  const [result, withoutQueueMs] = await Promise.all([
    withServer(model(), jitterMs, seeded(seed), (attempt) => measureCell(strategy, arrivals, attempt)),
    withServer(model(), jitterMs, seeded(seed), (attempt) => withoutQueue(arrivals.times.length, attempt)),
  ]);
  return { result, withoutQueueMs };
}

async function withServer<T>(
  model: ServerModel,
  jitterMs: number,
  random: () => number,
  run: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    if (request.url === WARM_UP) response.end();
    else setTimeout(() => response.writeHead(model.admit(Date.now()) ? 200 : 429).end(), random() * jitterMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const transport = new Transport();
  try {
    await Promise.all(
      Array.from({ length: PERMITS }, () => transport.send({ method: 'GET', url: `${url}${WARM_UP.slice(1)}` })),
    );
    return await run(async () => {
      const attempt = await transport.send({ method: 'GET', url });
      if (attempt.kind !== 'answer') throw new Error(attempt.reason);
      return attempt.status;
    });
  } finally {
    transport.close();
    server.close();
  }
}

/** @returns how long it took until the last answer, in ms */
async function withoutQueue(calls: number, attempt: Attempt): Promise<number> {
  const margin = new Margin();
  const startedAt = performance.now();
  let left = calls;
  let answeredAt = startedAt;
  const oneAfterAnother = async () => {
    while (left > 0) {
      left -= 1;
      const sentAt = performance.now();
      while ((await attempt()) === 429) await sleep(WINDOW_MS);
      answeredAt = performance.now();
      const tookMs = answeredAt - sentAt;
      await sleep(WINDOW_MS - tookMs + margin.answered(tookMs));
    }
  };
  await Promise.all(Array.from({ length: PERMITS }, oneAfterAnother));
  return answeredAt - startedAt;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
