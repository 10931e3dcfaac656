import Bottleneck from 'bottleneck';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';

/**
 * A Bottleneck whose jobs never wait for the wall clock. All uses of Bottleneck pass here.
 *
 * Bottleneck (2.19.5) keeps the time of its next job by `Date.now()`: after a wall clock is set back by an hour, every
 * job waits for an hour, without `minTime` as well. So that time is pinned to the past, which leaves Bottleneck what it
 * is used for here: priorities, concurrency and a bounded queue. Whatever needs a pace is a `PacedQueue`.
 */
export function jobQueue(options: Bottleneck.ConstructorOptions): Bottleneck {
  const queue = new Bottleneck({ ...options, minTime: 0 });
  const { _store: store } = queue as unknown as { _store: object };
  // The store of a Redis goes by the clock of Redis and has no such field.
  if ('_nextRequest' in store) {
    Object.defineProperty(store, '_nextRequest', { get: () => 0, set: () => undefined, configurable: true });
  }
  // Without a listener an error of the queue would end the process; each job tells its own.
  queue.on('error', () => undefined);
  return queue;
}

/** Runs one job after the other, by priority, and starts each so many ms after the one before at the earliest. */
export class PacedQueue {
  /** Least time between the starts of two jobs, in ms; may change at any time. */
  intervalMs: number;
  readonly #queue = jobQueue({ maxConcurrent: 1 });
  readonly #stopping = new AbortController();
  #startedAt = -Infinity;

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  /** Jobs that have not started. */
  get waiting(): number {
    const { RECEIVED, QUEUED } = this.#queue.counts();
    return RECEIVED + QUEUED;
  }

  /** @param priority 0 (first) to 9. */
  schedule<T>(job: () => Promise<T>, priority = 5): Promise<T> {
    return this.#queue.schedule({ priority }, async () => {
      for (;;) {
        const waitMs = this.#startedAt + this.intervalMs - clock.steady();
        if (waitMs <= 0 || this.#stopping.signal.aborted) break;
        await sleep(waitMs, this.#stopping.signal);
      }
      this.#startedAt = clock.steady();
      return job();
    });
  }

  /** Drops the jobs that wait: their promises never settle. */
  stop(): void {
    this.#stopping.abort();
    stopQueue(this.#queue);
  }
}

/** Drops the jobs that wait: their promises never settle. */
export function stopQueue(queue: Bottleneck): void {
  queue.stop({ dropWaitingJobs: true }).catch(() => undefined);
  queue.disconnect().catch(() => undefined);
}
