import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { resetConnection } from '../tls/reset-connection';
import type { Transports } from './transport';

/** The port of the bus, on the loopback address only, and all its connections. */
export class Sockets {
  /** Each socket with what carries its bytes: itself, or TLS on top of it. */
  readonly #all = new Map<Socket, Socket>();
  readonly #server: Server;
  readonly #transports: Transports;
  readonly #serve: (stream: Duplex) => Promise<void>;
  #halfOpen = false;
  #stopped: Promise<void> | undefined;

  /** A connection for which `accepts` returns false is reset. */
  constructor(transports: Transports, serve: (stream: Duplex) => Promise<void>, accepts: () => boolean) {
    this.#transports = transports;
    this.#serve = serve;
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (!accepts()) {
        resetConnection(socket);
        return;
      }
      this.#setCarrier(socket, socket);
      socket.once('close', () => this.#all.delete(socket));
      void this.#open(socket).catch(() => socket.destroy());
    });
  }

  get size(): number {
    return this.#all.size;
  }

  /** Rejects where the port is in use. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets the chosen connections, like a broken network. */
  reset(chosen: () => boolean): void {
    for (const socket of this.#all.keys()) if (chosen()) resetConnection(socket);
  }

  /** Half open: connections are neither read nor written nor closed. */
  setHalfOpen(halfOpen: boolean): void {
    if (this.#halfOpen === halfOpen) return;
    this.#halfOpen = halfOpen;
    for (const carrier of this.#all.values()) (halfOpen ? suspend : resume)(carrier);
  }

  /** Closes all connections at once. May be called again. */
  stop(): Promise<void> {
    return (this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#all.keys()) socket.destroy();
      this.#all.clear();
    }));
  }

  async #open(socket: Socket): Promise<void> {
    const opened = await this.#transports.open(socket, (carrier) => this.#setCarrier(socket, carrier));
    if (!opened) {
      socket.destroy();
      return;
    }
    writeTogether(opened);
    await this.#serve(opened);
    if (!this.#halfOpen) opened.resume();
  }

  #setCarrier(socket: Socket, carrier: Socket): void {
    this.#all.set(socket, carrier);
    if (this.#halfOpen) suspend(carrier);
  }
}

/** rhea writes frame by frame: sending the frames of one tick together halves the work of a message. */
function writeTogether(stream: Duplex): void {
  const write = stream.write.bind(stream) as (...of: unknown[]) => boolean;
  let corked = false;
  const release = () => {
    corked = false;
    stream.uncork();
  };
  stream.write = (...of: unknown[]) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(release);
    }
    return write(...of);
  };
}

function suspend(socket: Socket): void {
  socket.pause();
  socket.cork();
}

function resume(socket: Socket): void {
  socket.uncork();
  socket.resume();
}
