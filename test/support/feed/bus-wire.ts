import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const CLIENT_SOCKETS = 'net.client.socket';
const SERVER_SOCKETS = 'net.server.socket';

/**
 * The connections between a bus and its clients, both in this process: so a test knows for certain, on a machine however
 * busy, whether something is still on its way.
 */
export class BusWire {
  /** When a connect was tried, in ms, and to which port. */
  readonly tries: { at: number; port: number }[] = [];
  readonly #ports = new Set<number>();
  /** Still connecting, to wherever. */
  readonly #young = new Set<Socket>();
  /** Our ends, and their ports, which they forget. */
  readonly #clients = new Map<Socket, number>();
  /** The other ends, by the client's port. */
  readonly #servers = new Map<number, Socket>();
  readonly #onClient = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // Waiting for more to send takes real time.
    socket.setNoDelay();
    this.#young.add(socket);
    socket.on('connectionAttempt', (_address: string, port: number) => {
      if (this.#ports.has(port)) this.tries.push({ at: Date.now(), port });
    });
    socket.once('connect', () => {
      this.#young.delete(socket);
      if (this.#ports.has(socket.remotePort!)) this.#clients.set(socket, socket.localPort!);
    });
    socket.once('close', () => {
      this.#young.delete(socket);
    });
  };
  readonly #onServer = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.setNoDelay();
    if (!this.#ports.has(socket.localPort!)) return;
    this.#servers.set(socket.remotePort!, socket);
  };

  constructor() {
    subscribe(CLIENT_SOCKETS, this.#onClient);
    subscribe(SERVER_SOCKETS, this.#onServer);
  }

  /** @param port of a bus, or of a proxy before it */
  watch(port: number): void {
    this.#ports.add(port);
  }

  /** Our ends that are open. */
  get open(): number {
    return [...this.#clients.keys()].filter((socket) => !socket.destroyed).length;
  }

  /** Whether something is on its way. */
  get isBusy(): boolean {
    if (this.#young.size > 0) return true;
    return [...this.#clients].some(([client, port]) => this.#isUnderWay(client, port));
  }

  close(): void {
    unsubscribe(CLIENT_SOCKETS, this.#onClient);
    unsubscribe(SERVER_SOCKETS, this.#onServer);
  }

  #isUnderWay(client: Socket, port: number): boolean {
    const server = this.#servers.get(port);
    if (server && isHalfOpen(server)) return false;
    if (client.destroyed && server?.destroyed) this.#clients.delete(client);
    // Each end has to learn of the other, and of its close.
    if (!server || client.destroyed || server.destroyed) return !client.destroyed || server?.destroyed === false;
    return client.bytesWritten > server.bytesRead || server.bytesWritten > client.bytesRead;
  }
}

/** Nothing gets through in either direction. */
function isHalfOpen(server: Socket): boolean {
  return !server.destroyed && server.isPaused() && server.writableCorked > 0;
}
