import { createServer } from 'node:net';

/**
 * Below those that the system gives to outgoing connections: until a program of ours listens there, and while it is away,
 * none of these may take its port, nor may a client that tries to reach it be connected with itself. 10,000 above each is
 * the second port of a Redis in a cluster, which must not be one of them.
 */
const PORTS = { from: 15_000, count: 10_000 } as const;
/** The processes of Mocha, which has six, do not share any: a Redis that is away is to find its port again. */
const PROCESSES = 8;
const OWN = PORTS.count / PROCESSES;
const FIRST = PORTS.from + (Number(process.env['MOCHA_WORKER_ID'] ?? 0) % PROCESSES) * OWN;
/** Another one each time, since two runs may take place at the same time. */
let given = Math.floor(Math.random() * OWN);

/** For a program that cannot be told to choose a port itself. None is given twice within 1,250. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (given++ % OWN);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
