import { RequestLimiter } from '../../../src/http/limiter';
import type { RedisServer } from '../redis-server';
import { pause, until } from './machines';
import { RedisProxy } from './redis-proxy';

const LIMIT = 10;
/** Requests of a machine that are always waiting. */
const BUSY = 8;
export const WITHIN_MS = 25_000;
/** Machines of one account that send all the time, each with a way of its own to Redis. */
export class BusyMachines {
  readonly proxies: RedisProxy[] = [];
  readonly limiters: RequestLimiter[] = [];
  #sent: { machine: number; at: number }[] = [];
  #isOver = false;

  constructor(
    private readonly redis: RedisServer,
    private readonly account: string,
  ) {}

  async prepare(): Promise<RedisProxy> {
    const proxy = await RedisProxy.open(this.redis.port);
    this.proxies.push(proxy);
    return proxy;
  }

  start(proxy: RedisProxy): void {
    const machine = this.limiters.length;
    this.limiters.push(new RequestLimiter(this.account, { redisUrl: proxy.url }));
    for (let job = 0; job < BUSY; job += 1) void this.#send(machine);
  }

  async shared(machine: number): Promise<void> {
    await until('shared', () => this.limiters[machine]?.cluster !== undefined, WITHIN_MS);
  }

  /** A request that leaves from now on. */
  async sends(machine: number, withinMs = WITHIN_MS): Promise<void> {
    const from = performance.now();
    const isSent = () => this.#sent.some((one) => one.machine === machine && one.at >= from);
    await until(`a request of machine ${machine}`, isSent, withinMs);
  }

  /** How many requests it has sent. */
  sentBy(machine: number): number {
    return this.#sent.filter((one) => one.machine === machine).length;
  }

  stop(): void {
    this.#isOver = true;
    for (const limiter of this.limiters) limiter.stop();
    for (const proxy of this.proxies) proxy.close();
  }

  /** Which machines sent in the second that has too many requests; '' for none. */
  get tooMany(): string {
    const sent = this.#sent.sort((one, other) => one.at - other.at);
    const last = sent.findIndex(({ at }, index) => at - (sent[index - LIMIT]?.at ?? -Infinity) < 1_000);
    if (last === -1) return '';
    return sent
      .slice(last - LIMIT, last + 1)
      .map(({ machine }) => machine)
      .join(' ');
  }

  async #send(machine: number): Promise<void> {
    while (!this.#isOver) {
      const send = async () => void this.#sent.push({ machine, at: performance.now() });
      await this.limiters[machine]?.run({ lane: 'message', attempt: 1 }, send).catch(() => pause(50));
    }
  }
}
