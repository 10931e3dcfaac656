import Bottleneck from 'bottleneck';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';

/**
 * A Bottleneck that no wall clock can delay. Bottleneck's local store notes from when on the next job may start as a time
 * of `Date.now()`, and knows no other clock: after the wall clock was set back by an hour every job, urgent ones too,
 * would wait for an hour. Here that note always lies in the past, so that a job waits for its turn and a free place, and
 * never for a time; `PacedQueue` keeps the gaps that `minTime` is meant for. No option does this: a `minTime` below zero
 * comes close, but the first job would still wait, and Bottleneck's Redis store would drop its keys.
 */
export function jobQueue(options: Omit<Bottleneck.ConstructorOptions, 'minTime'> = {}): Bottleneck {
  const queue = new Bottleneck(options);
  const { _store: store } = queue as unknown as { _store: object };
  Object.defineProperty(store, '_nextRequest', { get: () => 0, set: () => undefined });
  // Without a listener an error of the queue would end the process; each job reports its own.
  queue.on('error', () => undefined);
  return queue;
}

/** How much of the gap a job keeps from what else was started: a start that came late is made up for by the rest. */
const APART = 0.9;

/** One job at a time, and at least a gap from the start of one to the start of the next. */
export class PacedQueue {
  /** The least time from the start of a job to the start of the next, in ms; may change at any time. */
  gapMs: number;
  readonly #queue = jobQueue({ maxConcurrent: 1 });
  readonly #stopped = new AbortController();
  #nextAt = -Infinity;
  #apartUntil = -Infinity;

  constructor(gapMs: number) {
    this.gapMs = gapMs;
  }

  /** Jobs that wait for their turn. */
  get waiting(): number {
    return this.#queue.counts().QUEUED;
  }

  /**
   * @param priority 0 (first) to 9.
   * @throws BottleneckError when the queue is stopped.
   */
  run<T>(job: () => Promise<T>, priority = 5): Promise<T> {
    return this.#queue.schedule({ priority }, async () => {
      for (let waitMs = this.#waitMs; waitMs > 0 && !this.#stopped.signal.aborted; waitMs = this.#waitMs)
        await sleep(Math.ceil(waitMs), this.#stopped.signal);
      if (this.#stopped.signal.aborted) throw new Bottleneck.BottleneckError('The queue was stopped');
      this.#nextAt = clock.steady() + this.gapMs;
      return job();
    });
  }

  /** Something was started, of this queue or of another one that uses the same permits: the next job keeps away from it. */
  keepApart(): void {
    this.#apartUntil = clock.steady() + this.gapMs * APART;
  }

  get #waitMs(): number {
    return Math.max(this.#nextAt, this.#apartUntil) - clock.steady();
  }

  /** Drops the jobs that wait. */
  stop(): void {
    this.#stopped.abort();
    endQueue(this.#queue);
  }
}

/** Drops the jobs that wait; a job that runs already ends by itself. */
export function endQueue(queue: Bottleneck): void {
  queue.stop({ dropWaitingJobs: true }).catch(() => undefined);
  queue.disconnect().catch(() => undefined);
}
