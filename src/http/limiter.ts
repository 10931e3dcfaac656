import Bottleneck from 'bottleneck';
import { redisOptions } from '../cluster/redis';
import { zaptecError } from '../errors/zaptec-error';
import { doubled } from '../time/backoff';
import { clock } from '../time/clock';
import { endQueue, jobQueue, PacedQueue } from './job-queue';
import { LANES, type Lane } from './lanes';
import { LOWEST_MS, Margin, WINDOW_MS } from './margin';

/** Zaptec's peak per account: 10 requests a second (docs/zaptec-api.md, "Rate limits"). */
const PERMITS = 10;
const CLEAN_MS_PER_PERMIT = 5_000;
/** The pause after a 429 doubles up to this, in ms, unless the cloud asks for a longer one. */
const LONGEST_GROWN_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const MOST_WAITING = 20_000;

export interface Budget {
  /** Requests a second that are allowed at present, 1 to 10. */
  permits: number;
  /** Requests sent within the last second. */
  used: number;
  /** Requests that wait for a permit. */
  waiting: number;
  /** Until when everything waits after a 429, ms since 1970 by the wall clock; absent when nothing does. */
  pausedUntil?: number;
}

export interface LimiterOptions {
  /** Share the permits with other machines. */
  redisUrl?: string | undefined;
  /** A 429 stops the account until then, by `clock.steady()`; undefined when the account goes on. */
  onPause?: (until: number | undefined) => void;
  /** The shared limit is out of reach; requests wait until it is back. */
  onError?: (reason: string) => void;
}

/** Who wants to send. */
export interface PermitRequest {
  lane: Lane;
  /** 1 for the first try; a later one goes ahead of its lane. */
  attempt: number;
  signal?: AbortSignal | undefined;
}

/**
 * The one limiter of an account. Ten permits; each comes back one window and a margin after its request was sent, so
 * that ten calls may leave at once and yet no second ever holds more than ten. Bottleneck queues by priority and counts
 * the permits; its own retry, `minTime` and `reservoir` refresh are avoided on purpose: a retry from its `failed` event
 * skips the limits, `minTime` alone disables priorities and goes by the wall clock, and `updateSettings` stops a refresh
 * for ever. All times are those of `clock.steady()`.
 */
export class RequestLimiter {
  readonly #permits: Bottleneck;
  readonly #pacer = new PacedQueue(paceOf(PERMITS));
  readonly #margin = new Margin();
  readonly #onPause: (until: number | undefined) => void;
  /** When, in ms of `performance.now()`. */
  readonly #sent: number[] = [];
  #allowed = PERMITS;
  #allowedSince = clock.steady();
  #penalisedAt = -Infinity;
  #pausesInARow = 0;
  #pausedUntil = -Infinity;
  #reopen: NodeJS.Timeout | undefined;

  constructor(id: string, options: LimiterOptions = {}) {
    this.#onPause = options.onPause ?? (() => undefined);
    this.#permits = jobQueue({
      id: `zaptec-${id}`,
      maxConcurrent: PERMITS,
      highWater: MOST_WAITING,
      strategy: Bottleneck.strategy.OVERFLOW,
      ...redisOptions(options.redisUrl),
    });
    this.#permits.on('error', (error: unknown) => options.onError?.(error instanceof Error ? error.message : ''));
  }

  get budget(): Budget {
    this.#forgetSent();
    const { RECEIVED, QUEUED } = this.#permits.counts();
    return {
      permits: this.#allowed,
      used: this.#sent.length,
      waiting: RECEIVED + QUEUED + this.#pacer.waiting,
      ...(this.#pausedUntil > clock.steady() ? { pausedUntil: clock.steadyToWall(this.#pausedUntil) } : {}),
    };
  }

  /**
   * Runs `send` as soon as the account may send again. Its answer is handed on at once, while the permit stays taken.
   * @param send called with the permit held; returns undefined when nothing needed to be sent after all, which gives
   *   the permit back at once.
   * @throws ZaptecError `OVERLOADED`, `ABORTED`
   */
  async run<T>({ lane, attempt, signal }: PermitRequest, send: () => Promise<T> | undefined): Promise<T | undefined> {
    const { priority, paced } = LANES[lane];
    const ahead = Math.max(0, priority - (attempt > 1 ? 1 : 0));
    return new Promise<T | undefined>((resolve, reject) => {
      const aborted = () => reject(zaptecError('ABORTED', 'The request was given up before it was sent'));
      if (signal?.aborted) {
        aborted();
        return;
      }
      signal?.addEventListener('abort', aborted, { once: true });
      const enter = (granted: () => void) =>
        this.#permits.schedule({ priority: ahead }, async () => {
          granted();
          signal?.removeEventListener('abort', aborted);
          if (signal?.aborted) return;
          const answer = send();
          if (answer === undefined) {
            resolve(undefined);
            return;
          }
          answer.then(resolve, reject);
          await this.#hold(answer);
        });
      const queued = paced
        ? this.#pacer.run(() => {
            if (signal?.aborted) return Promise.resolve();
            return new Promise<void>((next, overflow) => void enter(next).catch(overflow));
          }, ahead)
        : enter(() => undefined);
      queued.catch((error: unknown) => reject(overloaded(error)));
    });
  }

  /**
   * A 429: everything waits for `retryAfterMs` (at least a second, longer each time in a row), and half of the
   * permits are left to whoever else uses the account.
   * @param sentAt when the refused request was sent; refusals of one burst count once.
   */
  refused(sentAt: number, retryAfterMs: number): void {
    const now = clock.steady();
    if (sentAt > this.#penalisedAt) {
      this.#penalisedAt = now;
      this.#margin.refused();
      this.#pausesInARow += 1;
      this.#allow(Math.max(1, Math.floor(this.#allowed / 2)));
    }
    const first = Math.max(retryAfterMs, WINDOW_MS);
    const grown = doubled(first, LONGEST_GROWN_PAUSE_MS, Math.max(0, this.#pausesInARow - 1));
    const pause = Math.max(retryAfterMs, grown) * (1 + Math.random() / 10);
    this.#pauseUntil(now + Math.min(pause, LONGEST_PAUSE_MS));
  }

  /** Any other answer than a 429: permits that were taken away come back one by one. */
  accepted(sentAt: number): void {
    if (sentAt > this.#penalisedAt) this.#pausesInARow = 0;
    const steps = Math.floor((clock.steady() - this.#allowedSince) / CLEAN_MS_PER_PERMIT);
    if (steps > 0 && this.#allowed < PERMITS) this.#allow(Math.min(PERMITS, this.#allowed + steps));
  }

  /** Drops the requests that wait; their callers learn it from their own signals. */
  stop(): void {
    clearTimeout(this.#reopen);
    endQueue(this.#permits);
    this.#pacer.stop();
  }

  /** Resolves when the request has certainly left the server's window. */
  #hold(answer: Promise<unknown>): Promise<void> {
    const sentAt = performance.now();
    this.#forgetSent();
    this.#sent.push(sentAt);
    const longest = WINDOW_MS + this.#margin.unanswered;
    return new Promise((release) => {
      const unanswered = setTimeout(release, longest);
      const onAnswer = () => {
        const roundTrip = performance.now() - sentAt;
        if (roundTrip >= longest) return;
        clearTimeout(unanswered);
        setTimeout(release, WINDOW_MS + this.#margin.answered(roundTrip) - roundTrip);
      };
      answer.then(onAnswer, onAnswer);
    });
  }

  #forgetSent(): void {
    const since = performance.now() - WINDOW_MS;
    while (this.#sent[0] !== undefined && this.#sent[0] <= since) this.#sent.shift();
  }

  #allow(permits: number): void {
    this.#allowed = permits;
    this.#allowedSince = clock.steady();
    this.#permits.updateSettings({ maxConcurrent: permits });
    this.#pacer.gapMs = paceOf(permits);
  }

  #pauseUntil(until: number): void {
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    clearTimeout(this.#reopen);
    this.#permits.updateSettings({ reservoir: 0 });
    this.#onPause(until);
    this.#reopen = setTimeout(() => {
      this.#pausedUntil = -Infinity;
      this.#permits.updateSettings({ reservoir: null });
      this.#onPause(undefined);
    }, until - clock.steady());
  }
}

function overloaded(error: unknown): Error {
  if (!(error instanceof Bottleneck.BottleneckError)) return error as Error;
  return zaptecError('OVERLOADED', `Too many requests wait: ${error.message}`);
}

/** A permit comes back after the window and the least margin, in ms: a faster pace would end in gaps. */
function paceOf(permits: number): number {
  return (WINDOW_MS + LOWEST_MS) / permits;
}
