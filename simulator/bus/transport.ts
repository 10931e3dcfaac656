import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Certificate } from '../tls/certificate';
import { acceptWebSocket } from './websocket';

/** The first byte of a TLS handshake, and of the request that opens a WebSocket. */
const HANDSHAKE = 0x16;
const GET = 'G'.charCodeAt(0);

/**
 * One port serves AMQP over TCP, over TLS and over WebSocket: the first byte of a client shows which it speaks, since all
 * of them speak first.
 */
export class Transports {
  readonly #secure: SecureContext | undefined;
  /** Reads the requests that open WebSockets; it listens on no port of its own. */
  readonly #http = createServer((_request, response) => response.writeHead(426, { Connection: 'close' }).end());
  readonly #upgrades = new WeakMap<object, (stream: Duplex | undefined) => void>();

  /** Throws where certificate and key do not fit. */
  constructor(certificate: Certificate | undefined) {
    this.#secure = certificate && createSecureContext(certificate);
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrades.get(socket)?.(acceptWebSocket(request, socket, head)),
    );
  }

  /**
   * Returns the bytes of AMQP, not yet flowing; undefined: the client spoke nothing that is served.
   * @param onTls is called with the TLS socket that takes over the traffic of the socket
   */
  async open(socket: Socket, onTls: (carrier: Socket) => void): Promise<Duplex | undefined> {
    let carrier = socket;
    let first = await firstByte(carrier);
    if (first === HANDSHAKE) {
      if (!this.#secure) return undefined;
      carrier = new TLSSocket(socket, { isServer: true, secureContext: this.#secure });
      carrier.on('error', () => socket.destroy());
      onTls(carrier);
      first = await firstByte(carrier);
    }
    if (first === undefined) return undefined;
    return first === GET ? this.#webSocket(carrier) : carrier;
  }

  #webSocket(carrier: Socket): Promise<Duplex | undefined> {
    return new Promise((resolve) => {
      this.#upgrades.set(carrier, resolve);
      carrier.once('close', () => resolve(undefined));
      this.#http.emit('connection', carrier);
      carrier.resume();
    });
  }
}

/** Looks at the first byte and leaves the stream paused. Undefined: there was none. */
function firstByte(stream: Socket): Promise<number | undefined> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve(undefined));
    stream.once('data', (bytes: Buffer) => {
      stream.pause();
      stream.unshift(bytes);
      resolve(bytes[0]);
    });
  });
}
