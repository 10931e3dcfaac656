import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transport } from '../../src/http/transport';
import { measureCell, type Arrivals, type CellResult } from './cell';
import type { ServerModel } from './server-models';
import type { Strategy } from './strategies';

/** Requests that open the connections and compile the code before the measurement. */
const WARM_UP = '/warm-up';
const CONNECTIONS = 10;

/** A cell over real sockets in real time. The server adds the jitter before it looks at a request. */
export async function overHttp(
  strategy: Strategy,
  model: ServerModel,
  arrivals: Arrivals,
  jitterMs: number,
  random: () => number,
): Promise<CellResult> {
  const server = createServer((request, response) => {
    if (request.url === WARM_UP) response.end();
    else setTimeout(() => response.writeHead(model.admit(Date.now()) ? 200 : 429).end(), random() * jitterMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const transport = new Transport();
  try {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, () => transport.send({ method: 'GET', url: `${url}${WARM_UP.slice(1)}` })),
    );
    return await measureCell(strategy, arrivals, async () => {
      const attempt = await transport.send({ method: 'GET', url });
      if (attempt.kind !== 'answer') throw new Error(attempt.reason);
      return attempt.status;
    });
  } finally {
    transport.close();
    server.close();
  }
}
