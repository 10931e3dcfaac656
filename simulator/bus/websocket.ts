import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';

/** The subprotocol of AMQP over WebSocket; `AMQPWSB10` is what the clients of Service Bus ask for. */
const PROTOCOLS = ['AMQPWSB10', 'amqp'];
const PATH = /^\/\$servicebus\/websocket\/?(\?|$)/i;

const BAD_REQUEST = 400;
const NOT_FOUND = 404;

/** Status code of a close frame: the client sent text. */
const NOT_BINARY = 1003;

/** Far above every frame of AMQP. */
const MAX_MESSAGE = 16 * 1024 * 1024;

const protocolOf = (offered: ReadonlySet<string>) => PROTOCOLS.find((name) => offered.has(name));

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: MAX_MESSAGE,
  handleProtocols: (offered) => protocolOf(offered) ?? false,
});

/** The status for a request that opens no WebSocket of the bus; undefined: it opens one. */
function refusalOf({ url = '', headers }: IncomingMessage): number | undefined {
  if (!PATH.test(url)) return NOT_FOUND;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return protocolOf(new Set(offered)) === undefined ? BAD_REQUEST : undefined;
}

/** Ends a request that asked for an upgrade. */
export function refuseUpgrade(socket: Duplex, status: number, body = ''): void {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${length}\r\n\r\n${body}`);
}

/**
 * Answers the opening of a WebSocket, and calls `onOpen` with the bytes in it. Ends a socket that asks for something else.
 * The build bundles this file with its library.
 */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  onOpen: (bytes: Duplex) => void,
): void {
  const refusal = refusalOf(request);
  if (refusal === undefined) server.handleUpgrade(request, socket, head, (opened) => onOpen(bytesOf(opened, socket)));
  else refuseUpgrade(socket, refusal);
}

function bytesOf(webSocket: WebSocket, socket: Duplex): Duplex {
  webSocket.on('message', (_data, isBinary) => {
    if (isBinary) return;
    webSocket.close(NOT_BINARY);
    socket.end();
  });
  // The library has sent its close frame, and would wait half a minute for that of the client.
  webSocket.on('error', () => socket.end());
  const bytes = createWebSocketStream(webSocket, {
    allowHalfOpen: false,
    // All frames of AMQP that were written together are one message.
    writev: (pieces, done) => webSocket.send(Buffer.concat(pieces.map(({ chunk }) => chunk as Buffer)), done),
  });
  bytes.on('error', () => undefined);
  socket.once('close', () => bytes.destroy());
  return bytes;
}
