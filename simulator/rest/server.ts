import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Certificate } from '../tls/certificate';

const KEEP_ALIVE_MS = 75_000;
const LOOPBACK = '127.0.0.1';

type Fetch = (request: Request, env?: object) => Promise<Response> | Response;

/** Where and how to listen. */
export interface Address {
  /** 0: any free one. */
  port: number;
  /** With it the server speaks HTTPS. */
  certificate?: Certificate | undefined;
}

/** Listens on the loopback address only. Rejects where the port is in use. */
export async function listen(fetch: Fetch, { port, certificate }: Address) {
  // The simulator also runs inside Node-RED: the global Request and Response must stay unchanged. A request of HTTP/1.0
  // need not name a host.
  const answer = getRequestListener(fetch, { overrideGlobalObjects: false, hostname: LOOPBACK });
  const listener: RequestListener = (incoming, outgoing) => void answer(incoming, outgoing);
  const server: Server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  // As long as nginx does.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  let stopped: Promise<void> | undefined;
  return { port: (server.address() as AddressInfo).port, stop: () => (stopped ??= close(server)) };
}

/** Closes all connections at once, also those that wait for an answer. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
