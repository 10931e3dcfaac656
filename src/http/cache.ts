import { LOGIN_FAILED } from '../errors/codes';
import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import { clock } from '../time/clock';
import { STATE_KEPT_MS } from './endpoints';
import { LANES, type Lane } from './lanes';

/** How long after a write an answer may still be the old one (docs/zaptec-api.md, "Charging current"), in ms. */
const SETTLING_MS = 60_000;
/** An answer that takes longer than this, in ms, may be one that is tried again and again. */
const UNDER_WAY_MS = 2_000;
const MOST_ENTRIES = 20_000;
/** Failures that the server answered, and that are yet no reason to pause the read: the read did not cause them. */
const NOT_ABOUT_THE_READ: ReadonlySet<string> = new Set([
  'Unauthorized',
  'NoAccess',
  'WrongCredentials',
  'LoginUnavailable',
  LOGIN_FAILED,
]);
const MINUTE_MS = 60_000;
/** How often answers of no further use are removed, in ms: that goes through all of them. */
const SWEEP_MS = MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** `refresh` has no effect beyond so many reads in so many ms: without that, any flow could poll with it. */
const MOST_READS = {
  changing: { reads: 5, inMs: 5 * MINUTE_MS },
  seldomChanging: { reads: 3, inMs: HOUR_MS },
} as const;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  lane?: Lane;
  /** Go below the polling floor, though never below 15 s, and not as often as polling would. */
  refresh?: boolean;
}

export interface AnswerMeta {
  source: 'rest' | 'cache';
  /** When it was read from the cloud, ISO 8601 with Z. */
  time: string;
  /** Age in ms. */
  ageMs: number;
  /** How many requests it took; 0 from the cache. */
  attempts: number;
}

/** `data` may be shared with other callers and is frozen: copy it before you change it. */
export interface Answer<T> {
  data: T;
  meta: AnswerMeta;
}

export interface Loaded<T> {
  data: T;
  attempts: number;
}

/** How urgent a load is, who ends it, and whether a more urgent duplicate has been answered meanwhile. */
export interface LoadContext {
  lane: Lane;
  signal: AbortSignal;
  refresh: boolean;
  stillNeeded: () => boolean;
}

/** Undefined when a duplicate was answered before this one was sent. */
type Load<T> = (context: LoadContext) => Promise<Loaded<T> | undefined>;

interface Entry {
  data: unknown;
  /** By `clock.now()`: a computer that slept has old data. */
  at: number;
  floorMs: number;
  /** By `clock.now()`. From then on the answer can serve nobody; a write may have made `floorMs` shorter than that. */
  usefulUntil: number;
  /** The latest reads, this one included, by `clock.steady()`; a write to the same begins a new count. */
  reads: number[];
}

/** A read that failed for good. */
interface Failure {
  error: unknown;
  /** By `clock.steady()`. */
  until: number;
}

interface SharedRead {
  lane: Lane;
  promise: Promise<Answer<unknown>>;
  waiters: number;
  abort: AbortController;
  /** When it was last sent, by `clock.steady()`. */
  sentAt: number;
}

/** Answers of an account: identical reads share one request, and none is repeated before its floor has passed. */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  /** The latest read of each key, which later callers join. */
  readonly #running = new Map<string, SharedRead>();
  /** The read of each key that was sent last: its duplicates need not be sent as well. */
  readonly #sentLast = new Map<string, SharedRead>();
  /** By `clock.steady()`: a wall clock that is set forward ends no wait for the servers. */
  readonly #writtenAt = new Map<string, number>();
  readonly #failures = new Map<string, Failure>();
  #sweptAt = -Infinity;

  /**
   * @param floor how long an answer is good for unless `refresh` is asked, in ms.
   * @param load called at most once for callers of the same urgency.
   */
  async readThrough<T>(
    key: string,
    options: CallOptions,
    floor: (data: T) => number,
    load: Load<T>,
  ): Promise<Answer<T>> {
    const refresh = options.refresh === true;
    const fresh = this.#fresh(key, refresh);
    if (fresh) return fresh as Answer<T>;
    this.#rethrow(key);
    const lane = options.lane ?? 'message';
    const running = this.#running.get(key);
    const read = running && isJoinable(running, lane) ? running : this.#start(key, { lane, refresh }, floor, load);
    return this.#wait(read, options.signal) as Promise<Answer<T>>;
  }

  /** The last answer, however old where it seldom changes and has no query; sends nothing. */
  peek(key: string): { data: unknown; ageMs: number } | undefined {
    const entry = this.#entries.get(key);
    return entry && { data: entry.data, ageMs: clock.now() - entry.at };
  }

  /** After a write: forgets the answers that it invalidates, and keeps the next ones for a short time only. */
  written(prefixes: readonly string[]): void {
    const now = clock.steady();
    for (const prefix of prefixes) {
      this.#writtenAt.set(prefix, now);
      for (const map of [this.#entries, this.#running, this.#sentLast, this.#failures]) {
        for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key);
      }
    }
    for (const [prefix, at] of this.#writtenAt) if (now - at > SETTLING_MS) this.#writtenAt.delete(prefix);
  }

  clear(): void {
    for (const { abort } of this.#running.values()) abort.abort();
    this.#entries.clear();
    this.#running.clear();
    this.#sentLast.clear();
    this.#failures.clear();
  }

  #fresh(key: string, refresh: boolean): Answer<unknown> | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const ageMs = clock.now() - entry.at;
    const goodMs = refresh && mayRefresh(entry) ? Math.min(entry.floorMs, STATE_KEPT_MS) : entry.floorMs;
    if (ageMs >= goodMs) return undefined;
    return { data: entry.data, meta: { source: 'cache', time: clock.iso(entry.at), ageMs, attempts: 0 } };
  }

  /** A read that the server has answered with a failure is not sent again at once; one without an answer may be. */
  #remember(key: string, error: unknown): void {
    if (!isZaptecError(error) || error.cause.status === undefined || NOT_ABOUT_THE_READ.has(error.cause.name)) return;
    const now = clock.steady();
    for (const [other, { until }] of this.#failures) if (until <= now) this.#failures.delete(other);
    this.#failures.set(key, { error, until: now + STATE_KEPT_MS });
  }

  #rethrow(key: string): void {
    const failure = this.#failures.get(key);
    if (failure && clock.steady() < failure.until) throw failure.error;
  }

  #start<T>(
    key: string,
    { lane, refresh }: Pick<LoadContext, 'lane' | 'refresh'>,
    floor: (data: T) => number,
    load: Load<T>,
  ): SharedRead {
    const abort = new AbortController();
    const startedAt = clock.steady();
    const stillNeeded = () => {
      const readAt = this.#entries.get(key)?.reads.at(-1) ?? -Infinity;
      const isAnswered = readAt >= startedAt && this.#fresh(key, false) !== undefined;
      if (isAnswered || this.#duplicate(key, read)) return false;
      read.sentAt = clock.steady();
      this.#sentLast.set(key, read);
      return true;
    };
    const answer = async (): Promise<Answer<unknown>> => {
      try {
        const loaded = await load({ lane, signal: abort.signal, refresh, stillNeeded });
        this.#failures.delete(key);
        if (loaded) return this.#store(key, startedAt, loaded, floor, this.#counts(key, read));
        const duplicate = this.#duplicate(key, read);
        if (duplicate) return await this.#wait(duplicate, abort.signal);
        // It must not join itself.
        if (this.#running.get(key) === read) this.#running.delete(key);
        return this.#fresh(key, false) ?? (await this.readThrough(key, { lane, signal: abort.signal }, floor, load));
      } catch (error) {
        this.#remember(key, error);
        throw error;
      } finally {
        for (const map of [this.#running, this.#sentLast]) if (map.get(key) === read) map.delete(key);
      }
    };
    const read: SharedRead = { lane, waiters: 0, abort, sentAt: -Infinity, promise: Promise.resolve().then(answer) };
    read.promise.catch(() => undefined);
    this.#running.set(key, read);
    return read;
  }

  /** Whether the answer may be kept: no write and no end has made the read void meanwhile. */
  #counts(key: string, read: SharedRead): boolean {
    return this.#running.get(key) === read || this.#sentLast.get(key) === read;
  }

  /** Another request for the same that is under way. */
  #duplicate(key: string, read: SharedRead): SharedRead | undefined {
    const sent = this.#sentLast.get(key);
    return sent !== read && isUnderWay(sent) ? sent : undefined;
  }

  #store<T>(key: string, startedAt: number, loaded: Loaded<T>, floor: (data: T) => number, keep: boolean): Answer<T> {
    const [at, readAt] = [clock.now(), clock.steady()];
    const data = freeze(loaded.data);
    const writtenAt = Math.max(...[...this.#writtenAt].filter(([p]) => key.startsWith(p)).map(([, t]) => t), -Infinity);
    const settling = readAt - writtenAt < SETTLING_MS;
    const goodMs = floor(data);
    const floorMs = settling ? Math.min(STATE_KEPT_MS, goodMs) : goodMs;
    this.#sweep();
    if (keep && writtenAt <= startedAt && floorMs > 0) {
      const reads = [...(this.#entries.get(key)?.reads ?? []), readAt].slice(-MOST_READS.changing.reads);
      this.#entries.delete(key);
      this.#entries.set(key, { data, at, floorMs, usefulUntil: at + usefulMs(key, goodMs), reads });
      const oldest = this.#entries.keys().next();
      if (this.#entries.size > MOST_ENTRIES && !oldest.done) this.#entries.delete(oldest.value);
    }
    return { data, meta: { source: 'rest', time: clock.iso(at), ageMs: 0, attempts: loaded.attempts } };
  }

  /** A query with a time in it is a new key each time: without this, answers that nobody can ask for again would stay. */
  #sweep(): void {
    const now = clock.now();
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [key, { usefulUntil }] of this.#entries) if (usefulUntil <= now) this.#entries.delete(key);
  }

  /** One caller that gives up does not take the answer from the others; the last one ends the request. */
  #wait(read: SharedRead, signal: AbortSignal | undefined): Promise<Answer<unknown>> {
    read.waiters += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        read.waiters -= 1;
        if (read.waiters === 0) read.abort.abort();
        reject(zaptecError('ABORTED', 'The request was given up'));
      };
      if (signal?.aborted) {
        leave();
        return;
      }
      signal?.addEventListener('abort', leave, { once: true });
      read.promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }
}

/** A read that waits in a slower lane is overtaken; for one that was sent, another request brings no earlier answer. */
function isJoinable(read: SharedRead, lane: Lane): boolean {
  if (read.abort.signal.aborted) return false;
  return LANES[read.lane].priority <= LANES[lane].priority || isUnderWay(read);
}

function isUnderWay(read: SharedRead | undefined): read is SharedRead {
  return read !== undefined && !read.abort.signal.aborted && clock.steady() - read.sentAt < UNDER_WAY_MS;
}

function mayRefresh({ floorMs, reads }: Entry): boolean {
  const most = floorMs >= HOUR_MS ? MOST_READS.seldomChanging : MOST_READS.changing;
  const since = clock.steady() - Math.max(most.inMs, floorMs >= HOUR_MS ? floorMs : 0);
  return reads.filter((at) => at > since).length < most.reads;
}

/**
 * How long an answer is good for, or counts as a read, in ms; for ever where `peek` shows it: those are only as many as
 * there are installations and chargers.
 */
function usefulMs(key: string, goodMs: number): number {
  const hasQuery = /[?#]./.test(key);
  if (goodMs < HOUR_MS) return Math.max(goodMs, MOST_READS.changing.inMs);
  return hasQuery ? Math.max(goodMs, MOST_READS.seldomChanging.inMs) : Infinity;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
