import Bottleneck from 'bottleneck';
import { SharedPermits, type Cluster, type PermitMode, type SharedPermit } from '../cluster/shared-permits';
import { clearerReason, UNREACHABLE } from '../cluster/redis';
import { zaptecError } from '../errors/zaptec-error';
import { doubled } from '../time/backoff';
import { clock } from '../time/clock';
import { endQueue, jobQueue, PacedQueue } from './job-queue';
import { LANES, type Lane } from './lanes';
import { LOWEST_MS, Margin, WINDOW_MS } from './margin';
import { SharedGate } from './shared-gate';
import { phrase } from '../errors/phrase';

/** Zaptec's peak per account: 10 requests a second (docs/zaptec-api.md, "Rate limits"). */
const PERMITS = 10;
const CLEAN_MS_PER_PERMIT = 5_000;
/** The pause after a 429 doubles up to this, in ms, unless the cloud asks for a longer one. */
const LONGEST_GROWN_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const MOST_WAITING = 20_000;
/** After so long without an answer the other machines learn that a request counts for longer, in ms. */
const UNANSWERED_MS = WINDOW_MS - 400;
/** A pause that ends no more than this later is the same one, in ms. */
const SAME_PAUSE_MS = 100;

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
  /**
   * Whether the permits are shared with the other machines; where Redis is away, the text says why, and with how many
   * permits this machine goes on alone.
   */
  onShared?: (shared: boolean, text: string) => void;
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
  readonly #options: LimiterOptions;
  readonly #shared: SharedPermits | undefined;
  readonly #gate: SharedGate | undefined;
  /** When, in ms of `performance.now()`. */
  readonly #sent: number[] = [];
  #allowed = PERMITS;
  #allowedSince = clock.steady();
  #penalisedAt = -Infinity;
  #pausesInARow = 0;
  #pausedUntil = -Infinity;
  #reopen: NodeJS.Timeout | undefined;
  #problem = '';
  /** The queue counts the permits by itself. */
  #isLocal: boolean;
  #isStopped = false;
  #alone: NodeJS.Timeout | undefined;

  constructor(id: string, options: LimiterOptions = {}) {
    this.#options = options;
    this.#permits = jobQueue({
      id: `zaptec-${id}`,
      maxConcurrent: options.redisUrl ? null : PERMITS,
      reservoir: options.redisUrl ? 0 : null,
      highWater: MOST_WAITING,
      strategy: Bottleneck.strategy.OVERFLOW,
    });
    this.#isLocal = !options.redisUrl;
    if (!options.redisUrl) return;
    this.#shared = new SharedPermits({
      id,
      redisUrl: options.redisUrl,
      limit: PERMITS,
      onMode: (mode) => this.#onMode(mode),
      onHeld: () => this.#apply(),
      onPause: (ms) => this.#onSharedPause(ms),
      onProblem: (reason) => this.#onProblem(reason),
    });
    this.#gate = new SharedGate(this.#permits, this.#shared, () => WINDOW_MS + this.#margin.floor);
  }

  /** Who shares the permits; undefined unless they are shared through Redis at present. */
  get cluster(): Cluster | undefined {
    return this.#shared?.cluster;
  }

  get budget(): Budget {
    this.#forgetSent();
    const { RECEIVED, QUEUED } = this.#permits.counts();
    const isShared = this.#shared?.mode === 'shared';
    return {
      permits: isShared ? this.#shared.allowed : this.#most,
      used: Math.max(this.#sent.length, isShared ? this.#shared.used : 0),
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
      const haste = lane === 'command' ? 'urgent' : paced ? 'paced' : 'prompt';
      const job = async (granted: () => void): Promise<void> => {
        this.#gate?.waited(haste);
        if (signal?.aborted) {
          granted();
          this.#gate?.skip();
          return;
        }
        const permit = this.#gate?.take();
        if (this.#gate && !permit && !this.#isAlone) {
          // Too late for its permit: it waits for another one, ahead of its lane.
          enter(granted, Math.max(0, ahead - 1)).catch(refuse);
          return;
        }
        granted();
        signal?.removeEventListener('abort', aborted);
        const answer = send();
        if (answer === undefined) {
          if (permit) this.#shared?.giveBack(permit);
          resolve(undefined);
          return;
        }
        answer.then(resolve, reject);
        if (permit) this.#count(answer, permit);
        else await this.#hold(answer);
      };
      const refuse = (error: unknown) =>
        reject(
          this.#isStopped ? zaptecError('ABORTED', 'The request was given up before it was sent') : overloaded(error),
        );
      const enter = (granted: () => void, at: number): Promise<void> => {
        let hasBegun = false;
        const done = this.#permits.schedule({ priority: at }, () => {
          hasBegun = true;
          return job(granted);
        });
        this.#gate?.wait(haste);
        // A queue that is full or stopped drops its jobs.
        return done.catch((error: unknown) => {
          if (!hasBegun) this.#gate?.waited(haste);
          throw error;
        });
      };
      const queued = paced
        ? this.#pacer.run(() => {
            if (signal?.aborted) return Promise.resolve();
            return new Promise<void>((next, overflow) => void enter(next, ahead).catch(overflow));
          }, ahead)
        : enter(() => undefined, ahead);
      queued.catch(refuse);
    });
  }

  /**
   * A 429: everything waits for `retryAfterMs` (at least a second, longer each time in a row), and half of the
   * permits are left to whoever else uses the account.
   * @param sentAt when the refused request was sent; refusals of one burst count once.
   */
  refused(sentAt: number, retryAfterMs: number): void {
    const now = clock.steady();
    this.#shared?.refused(performance.now() - (now - sentAt), retryAfterMs);
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
    const now = clock.steady();
    this.#shared?.accepted(performance.now() - (now - sentAt));
    if (sentAt > this.#penalisedAt) this.#pausesInARow = 0;
    const steps = Math.floor((now - this.#allowedSince) / CLEAN_MS_PER_PERMIT);
    if (steps > 0 && this.#allowed < PERMITS) this.#allow(Math.min(PERMITS, this.#allowed + steps));
  }

  /** Drops the requests that wait, and refuses those that come later. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#reopen);
    clearTimeout(this.#alone);
    endQueue(this.#permits);
    this.#pacer.stop();
    void this.#shared?.stop();
  }

  /** Redis is away, and what the machines have sent together no longer counts. */
  get #isAlone(): boolean {
    return this.#shared?.mode === 'alone' && this.#shared.aloneInMs === 0;
  }

  get #aloneText(): string {
    const { permits, windows } = this.#shared?.share ?? { permits: PERMITS, windows: 1 };
    const pace = windows === 1 ? phrase`${permits} requests a second` : phrase`a request every ${windows} s`;
    return phrase`${this.#problem || UNREACHABLE}: this machine goes on alone with ${pace}`;
  }

  /** Permits that this machine may use while it goes on alone, or always where it shares none. */
  get #most(): number {
    return Math.min(this.#allowed, this.#shared?.share.permits ?? PERMITS);
  }

  /** Resolves when the request has certainly left the server's window. */
  #hold(answer: Promise<unknown>): Promise<void> {
    const sentAt = this.#noteSent();
    this.#shared?.sentAlone();
    const windowMs = WINDOW_MS * (this.#shared?.share.windows ?? 1);
    const longest = windowMs + this.#margin.unanswered;
    return new Promise((release) => {
      const unanswered = setTimeout(release, longest);
      const onAnswer = () => {
        const roundTrip = performance.now() - sentAt;
        if (roundTrip >= longest) return;
        clearTimeout(unanswered);
        setTimeout(release, windowMs + this.#margin.answered(roundTrip) - roundTrip);
      };
      answer.then(onAnswer, onAnswer);
    });
  }

  /** Tells the other machines for how long the request counts where that is longer than its permit. */
  #count(answer: Promise<unknown>, permit: SharedPermit): void {
    const shared = this.#shared;
    const sentAt = this.#noteSent();
    const longest = WINDOW_MS + this.#margin.unanswered;
    const unanswered = setTimeout(() => shared?.extend(permit, sentAt + longest), UNANSWERED_MS).unref();
    const onAnswer = () => {
      clearTimeout(unanswered);
      const roundTrip = performance.now() - sentAt;
      if (!shared || roundTrip >= longest) return;
      const margin = this.#margin.answered(roundTrip, shared.shortestOfAllMs);
      shared.shortestMs = this.#margin.shortestMs;
      shared.extend(permit, sentAt + WINDOW_MS + margin);
    };
    answer.then(onAnswer, onAnswer);
  }

  #noteSent(): number {
    const sentAt = performance.now();
    this.#forgetSent();
    this.#sent.push(sentAt);
    // Two that leave together come free together, a second later and for ever: then a command finds no permit for twice as long.
    this.#pacer.keepApart();
    return sentAt;
  }

  #forgetSent(): void {
    const since = performance.now() - WINDOW_MS;
    while (this.#sent[0] !== undefined && this.#sent[0] <= since) this.#sent.shift();
  }

  #allow(permits: number): void {
    this.#allowed = permits;
    this.#allowedSince = clock.steady();
    this.#pacer.gapMs = paceOf(permits);
    this.#apply();
  }

  #pauseUntil(until: number): void {
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    clearTimeout(this.#reopen);
    this.#apply();
    this.#options.onPause?.(until);
    this.#reopen = setTimeout(() => {
      this.#pausedUntil = -Infinity;
      this.#apply();
      this.#options.onPause?.(undefined);
    }, until - clock.steady());
  }

  #onMode(mode: PermitMode): void {
    if (mode === 'shared') {
      this.#problem = '';
      this.#options.onShared?.(true, 'The limit is shared with the other machines');
    } else this.#options.onShared?.(false, this.#aloneText);
    this.#apply();
  }

  #onProblem(found: string): void {
    const reason = clearerReason(this.#problem, found);
    if (reason === this.#problem) return;
    this.#problem = reason;
    if (this.#shared?.mode === 'alone' && reason !== UNREACHABLE) this.#options.onShared?.(false, this.#aloneText);
  }

  #onSharedPause(ms: number): void {
    const until = clock.steady() + ms;
    // Each answer of Redis has the rest of the same pause.
    if (ms > 0 && until > this.#pausedUntil + SAME_PAUSE_MS) this.#pauseUntil(until);
  }

  /** Sets up the queue for what may be sent now. */
  #apply(): void {
    clearTimeout(this.#alone);
    const mode = this.#shared?.mode ?? 'alone';
    if (mode !== 'alone') {
      // Only once: an empty reservoir would take back the place of a job that is being let in.
      if (this.#isLocal) this.#permits.updateSettings({ maxConcurrent: null, reservoir: 0 });
      this.#isLocal = false;
      if (mode === 'shared') this.#gate?.open();
      return;
    }
    this.#gate?.withdraw();
    this.#isLocal = true;
    const waitMs = this.#shared?.aloneInMs ?? 0;
    const isClosed = waitMs > 0 || this.#pausedUntil > clock.steady();
    this.#permits.updateSettings({ maxConcurrent: this.#most, reservoir: isClosed ? 0 : null });
    if (waitMs > 0) this.#alone = setTimeout(() => this.#apply(), Math.ceil(waitMs));
  }
}

function overloaded(error: unknown): Error {
  if (!(error instanceof Bottleneck.BottleneckError)) return error as Error;
  return zaptecError('OVERLOADED', phrase`Too many requests wait: ${error.message}`);
}

/** A permit comes back after the window and the least margin, in ms: a faster pace would end in gaps. */
function paceOf(permits: number): number {
  return (WINDOW_MS + LOWEST_MS) / permits;
}
