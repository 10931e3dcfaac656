import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { openRedis, type RedisConnection } from '../../src/cluster/redis';
import { freePort } from './free-port';
import type { Scenario } from './together';

/** Another program can be tried, such as `valkey-server`. */
const REDIS_SERVER = process.env['REDIS_SERVER'] ?? 'redis-server';

/** A Redis of a test's own on a free port, which keeps nothing. */
export class RedisServer {
  readonly port: number;
  readonly #options: readonly string[];
  #process: ChildProcess;

  private constructor(port: number, options: readonly string[], process: ChildProcess) {
    this.port = port;
    this.#options = options;
    this.#process = process;
  }

  /** Undefined where the program is not installed. On the machine that tests releases it must be there. */
  static async start(...options: string[]): Promise<RedisServer | undefined> {
    let reason = '';
    for (let tries = 0; tries < 5; tries += 1) {
      const port = await freePort();
      const process = await launch(port, options);
      if (typeof process !== 'string') return process && new RedisServer(port, options, process);
      reason = process;
    }
    throw new Error(`redis-server does not start with ${options.join(' ')}: ${reason}`);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Starts it again on the same port, empty. */
  async restart(): Promise<void> {
    await this.kill();
    const process = await launch(this.port, this.#options);
    if (typeof process !== 'object') throw new Error(`redis-server does not start again: ${process}`);
    this.#process = process;
  }

  /** It neither reads nor answers, and its connections stay open. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }
}

/** Starts Redis for a suite, or skips it with the reason where the program is missing. */
export async function redisOrSkip(context: Pick<Scenario, 'skip'>, ...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options);
  if (server) return server;
  if (process.env['CI']) throw new Error('redis-server is not installed');
  process.stderr.write('skipped: redis-server is not installed on this machine\n');
  return context.skip();
}

/** A Redis for all tests of a suite, and a connection to it. */
export function useRedis(): { redis: () => RedisServer; store: () => RedisConnection } {
  let server: RedisServer | undefined;
  let connection: RedisConnection | undefined;
  before('start Redis', async function () {
    server = await redisOrSkip(this);
    connection = openRedis(server.url);
  });
  after('end Redis', async () => {
    connection?.disconnect();
    await server?.kill();
  });
  return { redis: () => server!, store: () => connection! };
}

/** A Redis of a scenario's own, which ends with it. */
export async function ownRedis(own: Scenario, ...options: string[]): Promise<RedisServer> {
  const server = await redisOrSkip(own, ...options);
  own.after(() => server.kill());
  return server;
}

/** @returns undefined where the program is missing; where it does not start, as when its port is taken, what it says last. */
function launch(port: number, options: readonly string[]): Promise<ChildProcess | string | undefined> {
  const keepNothing = ['--save', '', '--appendonly', 'no'];
  const redis = spawn(REDIS_SERVER, ['--port', String(port), '--bind', '127.0.0.1', ...keepNothing, ...options]);
  let said = '';
  return new Promise((resolve) => {
    redis.once('error', () => resolve(undefined));
    // Its output may end after it.
    redis.once('close', () => resolve(said));
    for (const input of [redis.stdout, redis.stderr])
      createInterface({ input }).on('line', (line) => {
        said = line;
        if (line.includes('Ready to accept connections')) resolve(redis);
      });
  });
}
