import { createServer } from 'node:net';

/**
 * Below those that the system gives to outgoing connections: until a program of ours listens there, and while it is away,
 * none of these may take its port, nor may a client that tries to reach it be connected with itself.
 */
const PORTS = { from: 15_000, count: 15_000 } as const;

/** For a program that cannot be told to choose a port itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
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
