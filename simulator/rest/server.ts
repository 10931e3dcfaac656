import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Certificate } from '../tls/certificate';
import { firstByte, HANDSHAKE } from '../tls/first-byte';

const BAD_REQUEST = 400;
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
  const server = certificate ? httpsServer(certificate, listener) : httpServer(listener);
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  let stopped: Promise<void> | undefined;
  return { port: (server.address() as AddressInfo).port, stop: () => (stopped ??= close(server, connections)) };
}

function httpServer(listener: RequestListener) {
  const server = createHttpServer(listener);
  // As long as nginx does.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** A request that is not encrypted gets an answer that says so, like nginx gives it. */
function httpsServer(certificate: Certificate, listener: RequestListener): Server {
  const encrypted = createHttpsServer(certificate, listener);
  encrypted.keepAliveTimeout = KEEP_ALIVE_MS;
  const plain = createHttpServer((_incoming, outgoing) => {
    outgoing.writeHead(BAD_REQUEST, { 'Content-Type': 'application/json', Connection: 'close' });
    outgoing.end(JSON.stringify({ error: 'This port speaks HTTPS: use https:// in the address' }));
  });
  return createServer((socket) => {
    socket.on('error', () => undefined);
    void firstByte(socket).then((byte) => {
      if (byte === undefined) return;
      (byte === HANDSHAKE ? encrypted : plain).emit('connection', socket);
      socket.resume();
    });
  });
}

/** Closes all connections at once, also those that wait for an answer. */
function close(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of connections) socket.destroy();
  });
}
