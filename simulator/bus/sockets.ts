import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../tls/certificate';
import { resetConnection } from '../tls/reset-connection';

/** The port of the bus, on the loopback address only, and all its connections. */
export class Sockets {
  readonly #all = new Set<Socket>();
  readonly #server: Server;
  #halfOpen = false;
  #stopped: Promise<void> | undefined;

  /** A connection for which `accepts` returns false is reset. With a certificate all connections are TLS. */
  constructor(serve: (socket: Socket) => Promise<void>, accepts: () => boolean, certificate?: Certificate) {
    const connected = (socket: Socket) => {
      socket.on('error', () => undefined);
      if (!accepts()) {
        resetConnection(socket);
        return;
      }
      this.#all.add(socket);
      writeTogether(socket);
      socket.once('close', () => this.#all.delete(socket));
      void serve(socket).then(
        () => this.#halfOpen && suspend(socket),
        () => socket.destroy(),
      );
    };
    this.#server = certificate ? createTlsServer(certificate, connected) : createServer(connected);
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
    for (const socket of this.#all) if (chosen()) resetConnection(socket);
  }

  /** Half open: connections are neither read nor written nor closed. */
  setHalfOpen(halfOpen: boolean): void {
    if (this.#halfOpen === halfOpen) return;
    this.#halfOpen = halfOpen;
    for (const socket of this.#all) (halfOpen ? suspend : resume)(socket);
  }

  /** Closes all connections at once. May be called again. */
  stop(): Promise<void> {
    return (this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#all) socket.destroy();
      this.#all.clear();
    }));
  }
}

/** rhea writes frame by frame: sending the frames of one tick together halves the work of a message. */
function writeTogether(socket: Socket): void {
  const write = socket.write.bind(socket) as (...of: unknown[]) => boolean;
  let corked = false;
  const release = () => {
    corked = false;
    socket.uncork();
  };
  socket.write = (...of: unknown[]) => {
    if (!corked) {
      corked = true;
      socket.cork();
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
