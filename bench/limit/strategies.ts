import Bottleneck from 'bottleneck';
import { Health } from '../../src/http/health';
import { RequestLimiter } from '../../src/http/limiter';
import { request, type Sender } from '../../src/http/requester';

/** One try at the server: its status. */
export type Try = () => Promise<number>;

/** A way of keeping a limit: brings one call to a 200, however many tries it takes. */
export interface Strategy {
  readonly name: string;
  call(attempt: Try): Promise<void>;
}

/** What this package does. */
export function permits(): Strategy {
  const limiter = new RequestLimiter(`bench-${Math.random()}`);
  const tokens = {
    current: 'token',
    secrets: [],
    isRefused: false,
    get: () => Promise.resolve('token'),
    invalidate: () => undefined,
  };
  return {
    name: 'permits (this package)',
    async call(attempt) {
      const transport: Sender['transport'] = {
        async send() {
          const status = await attempt();
          return { kind: 'answer', status, text: '', ...(status === 429 ? { retryAfterMs: 1000 } : {}) };
        },
      };
      const sender: Sender = {
        baseUrl: '',
        limiter,
        health: new Health(),
        transport,
        logIn: () => Promise.resolve('token'),
      };
      await request(sender, tokens, { method: 'GET', path: '/', label: '/', lane: 'message', repeatable: true });
    },
  };
}

/** Bottleneck as its README shows it for "so many per second". */
export function minTime(): Strategy {
  const limiter = new Bottleneck({ minTime: 100, maxConcurrent: 10 });
  return {
    name: 'Bottleneck minTime 100',
    call: (attempt) => untilAnswered((once) => limiter.schedule(once), attempt),
  };
}

export function reservoir(): Strategy {
  const options = { reservoir: 10, reservoirRefreshAmount: 10, reservoirRefreshInterval: 1000, maxConcurrent: 10 };
  const limiter = new Bottleneck(options);
  return { name: 'Bottleneck reservoir', call: (attempt) => untilAnswered((once) => limiter.schedule(once), attempt) };
}

/** Everything at once; whoever is refused tries again. */
export function retriesOnly(): Strategy {
  return { name: 'no limiter, retries', call: (attempt) => untilAnswered((once) => once(), attempt) };
}

async function untilAnswered(schedule: (once: Try) => Promise<number>, attempt: Try): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if ((await schedule(attempt)) === 200) return;
    const wait = 1000 * 2 ** Math.min(tries, 3) * (1 + Math.random() / 4);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
