import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import { LOGIN_FAILED } from '../errors/codes';
import { LANES, type Lane } from './lanes';
import { clock } from '../time/clock';

/** The server's own cache of a state, and so the least age at which asking again can tell anything new, in ms. */
const FRESHEST_MS = 15_000;
/** So long after a write an answer may still be the old one (`zaptec-api.md` 7.3), in ms. */
const SETTLING_MS = 60_000;
/** An answer that takes longer than this, in ms, may be one that is tried again and again. */
const UNDER_WAY_MS = 2_000;
const MOST_ENTRIES = 20_000;
/** Failures that the server answered, and that are yet no reason to let the read rest: they were not about it. */
const NOT_OF_THE_READ: ReadonlySet<string> = new Set([
  'Unauthorized',
  'NoAccess',
  'WrongCredentials',
  'LoginUnavailable',
  LOGIN_FAILED,
]);
const MINUTE_MS = 60_000;
/** Answers that are of no use any more are looked for so often, in ms: a look goes through all of them. */
const SWEEP_MS = MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** `refresh` has no effect beyond so many reads in so many ms, or no flow could be kept from polling with it. */
const MOST_READS = {
  changing: { reads: 5, inMs: 5 * MINUTE_MS },
  seldomChanging: { reads: 3, inMs: HOUR_MS },
} as const;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  lane?: Lane;
  /** Go below the polling floor, though never below 15 s, and not so often that it would be polling. */
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

/** What a load is told: whose urgency it has, and whether a more urgent twin has answered meanwhile. */
export interface LoadContext {
  lane: Lane;
  signal: AbortSignal;
  stillNeeded: () => boolean;
}

/** Undefined when a twin had answered before this one was sent. */
type Load<T> = (context: LoadContext) => Promise<Loaded<T> | undefined>;

interface Entry {
  data: unknown;
  at: number;
  floorMs: number;
  /** From then on it can serve nobody; a write may have made `floorMs` shorter than that. */
  usefulUntil: number;
  /** When it was read lately, this time included; a write to it begins a new count. */
  reads: number[];
}

/** A read that failed for good. */
interface Failure {
  error: unknown;
  until: number;
}

interface SharedRead {
  lane: Lane;
  promise: Promise<Answer<unknown>>;
  waiters: number;
  abort: AbortController;
  /** When it last left, ms. */
  sentAt: number;
}

/** Answers of an account: identical reads share one request, and none is repeated before its floor has passed. */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  /** The latest for each key: who asks joins it. */
  readonly #flights = new Map<string, SharedRead>();
  /** The one that left last for each key: its twins need not leave as well. */
  readonly #left = new Map<string, SharedRead>();
  readonly #writtenAt = new Map<string, number>();
  readonly #failures = new Map<string, Failure>();
  #sweptAt = -Infinity;

  /**
   * @param floor how long an answer is good for unless `refresh` is asked, in ms.
   * @param load called at most once for callers of the same urgency.
   */
  async through<T>(key: string, options: CallOptions, floor: (data: T) => number, load: Load<T>): Promise<Answer<T>> {
    const fresh = this.#fresh(key, options.refresh === true);
    if (fresh) return fresh as Answer<T>;
    this.#rethrow(key);
    const lane = options.lane ?? 'message';
    const running = this.#flights.get(key);
    const flight = running && isJoinable(running, lane) ? running : this.#start(key, lane, floor, load);
    return this.#wait(flight, options.signal) as Promise<Answer<T>>;
  }

  /** What was read last, however old where it seldom changes and has no query; asks nobody. */
  peek(key: string): { data: unknown; ageMs: number } | undefined {
    const entry = this.#entries.get(key);
    return entry && { data: entry.data, ageMs: clock.now() - entry.at };
  }

  /** After a write: forgets what it touched, and does not trust the next answers for long. */
  written(prefixes: readonly string[]): void {
    const now = clock.now();
    for (const prefix of prefixes) {
      this.#writtenAt.set(prefix, now);
      for (const map of [this.#entries, this.#flights, this.#left, this.#failures]) {
        for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key);
      }
    }
    for (const [prefix, at] of this.#writtenAt) if (now - at > SETTLING_MS) this.#writtenAt.delete(prefix);
  }

  clear(): void {
    for (const flight of this.#flights.values()) flight.abort.abort();
    this.#entries.clear();
    this.#flights.clear();
    this.#left.clear();
    this.#failures.clear();
  }

  #fresh(key: string, refresh: boolean): Answer<unknown> | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const ageMs = clock.now() - entry.at;
    const good = refresh && mayRefresh(entry) ? Math.min(entry.floorMs, FRESHEST_MS) : entry.floorMs;
    if (ageMs >= good) return undefined;
    return { data: entry.data, meta: { source: 'cache', time: clock.iso(entry.at), ageMs, attempts: 0 } };
  }

  /** What the server has answered with a failure is not asked again at once; what got no answer may be. */
  #remember(key: string, error: unknown): void {
    if (!isZaptecError(error) || error.cause.status === undefined || NOT_OF_THE_READ.has(error.cause.name)) return;
    const now = clock.now();
    for (const [other, { until }] of this.#failures) if (until <= now) this.#failures.delete(other);
    this.#failures.set(key, { error, until: now + FRESHEST_MS });
  }

  #rethrow(key: string): void {
    const failure = this.#failures.get(key);
    if (failure && clock.now() < failure.until) throw failure.error;
  }

  #start<T>(key: string, lane: Lane, floor: (data: T) => number, load: Load<T>): SharedRead {
    const abort = new AbortController();
    const startedAt = clock.now();
    const stillNeeded = () => {
      const isAnswered = (this.#entries.get(key)?.at ?? -1) >= startedAt && this.#fresh(key, false) !== undefined;
      if (isAnswered || this.#twin(key, flight)) return false;
      flight.sentAt = clock.now();
      this.#left.set(key, flight);
      return true;
    };
    const answer = async (): Promise<Answer<unknown>> => {
      try {
        const loaded = await load({ lane, signal: abort.signal, stillNeeded });
        this.#failures.delete(key);
        if (loaded) return this.#store(key, startedAt, loaded, floor, this.#counts(key, flight));
        const twin = this.#twin(key, flight);
        if (twin) return await this.#wait(twin, abort.signal);
        // It must not join itself.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        return this.#fresh(key, false) ?? (await this.through(key, { lane, signal: abort.signal }, floor, load));
      } catch (error) {
        this.#remember(key, error);
        throw error;
      } finally {
        for (const map of [this.#flights, this.#left]) if (map.get(key) === flight) map.delete(key);
      }
    };
    const flight: SharedRead = { lane, waiters: 0, abort, sentAt: -Infinity, promise: Promise.resolve().then(answer) };
    flight.promise.catch(() => undefined);
    this.#flights.set(key, flight);
    return flight;
  }

  /** Unless a write or the end has made it void meanwhile. */
  #counts(key: string, flight: SharedRead): boolean {
    return this.#flights.get(key) === flight || this.#left.get(key) === flight;
  }

  /** Another request for the same that is under way. */
  #twin(key: string, flight: SharedRead): SharedRead | undefined {
    const twin = this.#left.get(key);
    return twin !== flight && isUnderWay(twin) ? twin : undefined;
  }

  #store<T>(key: string, startedAt: number, loaded: Loaded<T>, floor: (data: T) => number, keep: boolean): Answer<T> {
    const at = clock.now();
    const data = freeze(loaded.data);
    const writtenAt = Math.max(...[...this.#writtenAt].filter(([p]) => key.startsWith(p)).map(([, t]) => t), -Infinity);
    const settling = at - writtenAt < SETTLING_MS;
    const goodMs = floor(data);
    const floorMs = settling ? Math.min(FRESHEST_MS, goodMs) : goodMs;
    this.#sweep(at);
    if (keep && writtenAt <= startedAt && floorMs > 0) {
      const reads = [...(this.#entries.get(key)?.reads ?? []), at].slice(-MOST_READS.changing.reads);
      this.#entries.delete(key);
      this.#entries.set(key, { data, at, floorMs, usefulUntil: at + usefulMs(key, goodMs), reads });
      const oldest = this.#entries.keys().next();
      if (this.#entries.size > MOST_ENTRIES && !oldest.done) this.#entries.delete(oldest.value);
    }
    return { data, meta: { source: 'rest', time: clock.iso(at), ageMs: 0, attempts: loaded.attempts } };
  }

  /** A query with a time in it is a key of its own each time: without this, what nobody can ask for again would stay. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [key, { usefulUntil }] of this.#entries) if (usefulUntil <= now) this.#entries.delete(key);
  }

  /** One caller that gives up does not take the answer from the others; the last one ends the request. */
  #wait(flight: SharedRead, signal: AbortSignal | undefined): Promise<Answer<unknown>> {
    flight.waiters += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.waiters -= 1;
        if (flight.waiters === 0) flight.abort.abort();
        reject(zaptecError('ABORTED', 'The request was given up'));
      };
      if (signal?.aborted) {
        leave();
        return;
      }
      signal?.addEventListener('abort', leave, { once: true });
      flight.promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }
}

/** One that waits in a slower lane is overtaken; one that has left cannot be answered sooner by asking again. */
function isJoinable(flight: SharedRead, lane: Lane): boolean {
  if (flight.abort.signal.aborted) return false;
  return LANES[flight.lane].priority <= LANES[lane].priority || isUnderWay(flight);
}

function isUnderWay(flight: SharedRead | undefined): flight is SharedRead {
  return flight !== undefined && !flight.abort.signal.aborted && clock.now() - flight.sentAt < UNDER_WAY_MS;
}

function mayRefresh({ floorMs, reads }: Entry): boolean {
  const most = floorMs >= HOUR_MS ? MOST_READS.seldomChanging : MOST_READS.changing;
  const since = clock.now() - Math.max(most.inMs, floorMs >= HOUR_MS ? floorMs : 0);
  return reads.filter((at) => at > since).length < most.reads;
}

/** How long an answer is good for, or counts as a read; for ever where `peek` shows it, which is no more than there are things. */
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
