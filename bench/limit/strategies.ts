import Bottleneck from 'bottleneck';
import { CallBackoff } from '../../src/http/call-backoff';
import { Health } from '../../src/http/health';
import { RequestJournal } from '../../src/http/journal';
import { RequestLimiter } from '../../src/http/limiter';
import { request, type Sender } from '../../src/http/requester';

/** One request to the server. @returns the status of the answer */
export type Attempt = () => Promise<number>;

/** A way to keep a limit. It repeats one call until the answer is 200. */
export interface Strategy {
  readonly name: string;
  call(attempt: Attempt): Promise<void>;
}

/** The limiter and the requester of this package. */
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
        backoff: new CallBackoff(),
        health: new Health(),
        journal: new RequestJournal(),
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

/** Sends everything at once, and repeats what was refused. */
export function retriesOnly(): Strategy {
  return { name: 'no limiter, retries', call: (attempt) => untilAnswered((once) => once(), attempt) };
}

async function untilAnswered(schedule: (once: Attempt) => Promise<number>, attempt: Attempt): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if ((await schedule(attempt)) === 200) return;
    const wait = 1000 * 2 ** Math.min(tries, 3) * (1 + Math.random() / 4);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
