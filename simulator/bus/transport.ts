import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { HostCheck } from '../host-names';
import type { Certificate } from '../tls/certificate';
import { firstByte, HANDSHAKE } from '../tls/first-byte';
import { acceptWebSocket, refuseUpgrade } from './websocket';

/** The first byte of the request that opens a WebSocket. */
const GET = 'G'.charCodeAt(0);

const UPGRADE_REQUIRED = 426;

/**
 * One port serves AMQP over TCP, over TLS and over WebSocket: the first byte of a client shows which it speaks, since all
 * of them speak first.
 */
export class Transports {
  readonly #secure: SecureContext | undefined;
  /** Reads the requests that open WebSockets; it listens on no port of its own. */
  readonly #http: Server;
  readonly #upgrades = new WeakMap<object, (stream: Duplex) => void>();

  /** Throws where certificate and key do not fit. */
  constructor(certificate: Certificate | undefined, refusalOf: HostCheck) {
    this.#secure = certificate && createSecureContext(certificate);
    this.#http = createServer((request, response) => {
      const refusal = refusalOf(request);
      response.writeHead(refusal?.status ?? UPGRADE_REQUIRED, { Connection: 'close' }).end(bodyOf(refusal));
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const refusal = refusalOf(request);
      if (refusal === undefined)
        acceptWebSocket(request, socket, head, (stream) => this.#upgrades.get(socket)?.(stream));
      else refuseUpgrade(socket, refusal.status, bodyOf(refusal));
    });
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

const bodyOf = (refusal: ReturnType<HostCheck>) => refusal && JSON.stringify({ error: refusal.error });
