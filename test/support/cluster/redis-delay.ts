import { connect } from 'node:net';

const EVERY_MS = 200;

/** Measures how long a Redis takes to answer, five times a second and on a new connection each time. */
export class RedisDelay {
  /** The longest that an answer took, in ms; while Redis is away there is none. */
  longestMs = 0;
  readonly #port: number;
  readonly #timer: NodeJS.Timeout;

  constructor(port: number) {
    this.#port = port;
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #ask(): void {
    const askedAt = performance.now();
    const socket = connect(this.#port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => {
      this.longestMs = Math.max(this.longestMs, performance.now() - askedAt);
      socket.destroy();
    });
    socket.on('error', () => undefined);
  }
}
