import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';

const shared = globalThis as { WebSocket?: unknown };

/** The WebSocket endpoint of a bus. */
export class BusWebSockets {
  /** The paths that were asked for. */
  readonly paths: (string | undefined)[] = [];
  readonly #http: Server = createServer();
  readonly #sockets = new WebSocketServer({ server: this.#http, handleProtocols: () => 'AMQPWSB10' });
  readonly #own = shared.WebSocket;

  private constructor(target: number) {
    this.#sockets.on('connection', (socket, request) => {
      this.paths.push(request.url);
      const near = createWebSocketStream(socket);
      const far = connect(target, '127.0.0.1');
      for (const side of [near, far]) side.on('error', () => undefined);
      near.pipe(far).pipe(near);
      socket.once('close', () => far.destroy());
    });
  }

  static async start(target: number): Promise<BusWebSockets> {
    const endpoint = new BusWebSockets(target);
    await new Promise<void>((resolve) => endpoint.#http.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** Serves every WebSocket of this process, whatever its address: a test may not open port 443. */
  serveAll(): string[] {
    return this.#routeTo(this.port);
  }

  refuseAll(): string[] {
    return this.#routeTo(1);
  }

  /** As when the network breaks. */
  terminate(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    if (this.#own) shared.WebSocket = this.#own;
    else delete shared.WebSocket;
    this.terminate();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** @returns the addresses that were asked for. */
  #routeTo(port: number): string[] {
    const urls: string[] = [];
    shared.WebSocket = class extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        urls.push(url);
        super(`ws://127.0.0.1:${port}${new URL(url).pathname}`, protocols);
      }
    };
    return urls;
  }
}
