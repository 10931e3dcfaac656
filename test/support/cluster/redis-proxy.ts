import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to the bytes of one direction. */
export interface Course {
  /** They come so much later, in their order, in ms. */
  delayMs?: number | undefined;
  /** They are lost, and nobody is told. */
  isLost?: boolean | undefined;
  /** After so many bytes more the connection is reset, once; undefined again when that has happened. */
  resetAfter?: number | undefined;
}

/**
 * A proxy between a machine and Redis, whose connections can become slow, lose what they carry, be cut or reset, or lead to
 * another server.
 */
export class RedisProxy {
  /** Of the server to which new connections lead. */
  port: number;
  questions: Course = {};
  answers: Course = {};
  /** Called with each piece of the questions. */
  onQuestion: (data: Buffer) => void = () => undefined;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #dead = new Set<Socket>();
  #isCut = false;

  private constructor(port: number) {
    this.port = port;
    this.#server = createServer((socket) => {
      if (this.#isCut) {
        socket.destroy();
        return;
      }
      const onward = connect(this.port, '127.0.0.1');
      const pair = [socket, onward] as const;
      this.#pairs.add(pair);
      this.#pass(
        socket,
        onward,
        () => this.questions,
        (data) => this.onQuestion(data),
      );
      this.#pass(onward, socket, () => this.answers);
      for (const one of pair) one.on('error', () => undefined);
      socket.on('close', () => this.#pairs.delete(pair));
      onward.on('close', () => socket.destroy());
    });
  }

  static async open(port: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(port);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}/0`;
  }

  /** Nothing goes through the connections of now any more, and nobody is told; new ones work. */
  loseAll(): void {
    for (const socket of [...this.#pairs].flat()) this.#dead.add(socket);
  }

  /** Resets the connections of the machine; what has left it still comes to Redis. */
  reset(): void {
    for (const [socket] of this.#pairs) socket.resetAndDestroy();
    this.#pairs.clear();
  }

  /** Ends every connection and takes no new one. */
  cut(): void {
    this.#isCut = true;
    this.#destroyAll();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.#destroyAll();
    this.#server.close();
  }

  #destroyAll(): void {
    for (const socket of [...this.#pairs].flat()) socket.destroy();
    this.#pairs.clear();
  }

  /** What was sent before still comes after the sender has gone. */
  #pass(from: Socket, to: Socket, courseNow: () => Course, onData: (data: Buffer) => void = () => undefined): void {
    let dueAt = 0;
    let left = 0;
    let isOver = false;
    const end = () => isOver && left === 0 && to.destroy();
    from.on('data', (data) => {
      onData(data);
      const course = courseNow();
      const { delayMs = 0, isLost = false, resetAfter = Infinity } = course;
      if (isLost || this.#dead.has(from)) return;
      if (data.length >= resetAfter) {
        course.resetAfter = undefined;
        to.write(data.subarray(0, resetAfter), () => (to.resetAndDestroy(), from.destroy()));
        return;
      }
      if (resetAfter < Infinity) course.resetAfter = resetAfter - data.length;
      // Never before what came before it.
      dueAt = Math.max(dueAt, performance.now() + delayMs);
      left += 1;
      const pass = () => {
        left -= 1;
        if (to.writable) to.write(data);
        end();
      };
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) setTimeout(pass, waitMs);
      else pass();
    });
    from.on('close', () => {
      isOver = true;
      end();
    });
  }
}
