import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to the bytes of one direction. */
export interface Course {
  /** They come so much later, in their order, in ms. */
  delayMs?: number | undefined;
  /** They are lost, and nobody is told. */
  isLost?: boolean | undefined;
}

/** A way to Redis that can become slow, lose what it carries, or be reset. */
export class SlowWay {
  questions: Course = {};
  answers: Course = {};
  /** Called with each piece of the questions. */
  onQuestion: (data: Buffer) => void = () => undefined;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(port: number) {
    this.#server = createServer((socket) => {
      const onward = connect(port, '127.0.0.1');
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

  static async open(port: number): Promise<SlowWay> {
    const way = new SlowWay(port);
    await once(way.#server.listen(0, '127.0.0.1'), 'listening');
    return way;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}/0`;
  }

  /** Resets the connections of the machine; what has left it still comes to Redis. */
  reset(): void {
    for (const [socket] of this.#pairs) socket.resetAndDestroy();
    this.#pairs.clear();
  }

  close(): void {
    for (const pair of this.#pairs) for (const one of pair) one.destroy();
    this.#server.close();
  }

  /** What was sent before still comes after the sender has gone. */
  #pass(from: Socket, to: Socket, course: () => Course, onData: (data: Buffer) => void = () => undefined): void {
    let dueAt = 0;
    let left = 0;
    let isOver = false;
    const end = () => isOver && left === 0 && to.destroy();
    from.on('data', (data) => {
      onData(data);
      const { delayMs = 0, isLost = false } = course();
      if (isLost) return;
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
