import { setMaxListeners } from 'node:events';
import { afterAttempts, isZaptecError, zaptecError } from '../errors/zaptec-error';
import { currentLabel } from '../http/attribution';
import type { Answer, AnswerCache, CallOptions, LoadContext, Loaded } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { request, type Call, type Sender, type Tokens } from '../http/requester';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';
import { JsonTooLarge, parseJson } from '../zaptec/bounded-json';
import { decode } from '../zaptec/decode';
import type { RawObservation } from '../zaptec/observations';
import { withFieldTypes } from './field-types';
import type { QueryPace } from './query-pace';
import type { Identified } from './shape';
import { phrase } from '../errors/phrase';

/** A write whose caller watches each of its tries. */
export interface WriteOptions extends CallOptions {
  /** Not tried again by itself. */
  once?: boolean;
  /** Called right before the request is sent, each time. */
  beforeSend?: () => void;
}

/** Is notified of the chargers that requests have read, whoever made them. */
export interface ApiObserver {
  /** A charger's whole state was just read. */
  onState(chargerId: string, state: readonly RawObservation[]): void;
  /** A list of chargers was just read. */
  onChargers(chargers: readonly Identified[]): void;
}

/** What the API needs of an account: its way to the cloud, its cache, and the observer of its reads. */
export interface ApiContext {
  readonly sender: Sender;
  readonly cache: AnswerCache;
  readonly observer: ApiObserver;
  readonly pace: QueryPace;
}

export interface CallerOptions {
  /** Refuse every write with `READ_ONLY`. */
  readOnly: boolean;
  /** A part of the program that sends on its own account; by default whose work it is (`attributed`). */
  by?: string;
}

/** Sends the requests of one client: through the cache of its account, with one password, and until it is closed. */
export class Caller {
  readonly #context: ApiContext;
  readonly #tokens: Tokens;
  readonly #readOnly: boolean;
  readonly #by: string | undefined;
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(context: ApiContext, tokens: Tokens, options: CallerOptions) {
    this.#context = context;
    this.#tokens = tokens;
    this.#readOnly = options.readOnly;
    this.#by = options.by;
  }

  get observer(): ApiObserver {
    return this.#context.observer;
  }

  /** Bounds the different questions of the account about one object. */
  get pace(): QueryPace {
    return this.#context.pace;
  }

  /** The last answer under a key, however old; sends nothing. */
  peek(key: string): { data: unknown; ageMs: number } | undefined {
    return this.#context.cache.peek(key);
  }

  /**
   * A read: shared while in flight, and from the cache while it is fresh enough.
   * @param floor how long the answer is good for, in ms; by default what the endpoint says.
   * @throws ZaptecError
   */
  async get<T>(
    path: string,
    options: CallOptions,
    shape: (data: unknown) => T,
    floor?: (data: T) => number,
  ): Promise<Answer<T>> {
    const where = target('GET', path);
    const good = floor ?? (() => where.endpoint?.floorMs ?? 0);
    const answer = await this.cached(answerKey(where), options, good, async (context) => {
      const reply = await this.#send('GET', where, undefined, context);
      return reply && { data: markShaped(shaped(reply, shape)), attempts: reply.attempts };
    });
    // The same path may have been read for a caller that takes any answer.
    return isShaped(answer.data) ? answer : { ...answer, data: shape(answer.data) };
  }

  /** A read of one or several requests under one key. */
  async cached<T>(
    key: string,
    options: CallOptions,
    floor: (data: T) => number,
    load: (context: LoadContext) => Promise<Loaded<T> | undefined>,
  ): Promise<Answer<T>> {
    return this.guarded(options, (guarded) => this.#context.cache.readThrough(key, guarded, floor, load));
  }

  /**
   * One answer or page, past the cache; undefined when a duplicate has been answered meanwhile.
   * @param body of a read that Zaptec made a POST.
   */
  async fetch(where: Target, context: LoadContext | CallOptions, body?: unknown): Promise<Loaded<unknown> | undefined> {
    return this.#send(where.endpoint?.method ?? 'GET', where, body, context);
  }

  /**
   * An answer with secrets in it: neither cached, nor cleaned, nor shared.
   * @throws ZaptecError
   */
  async confidential(path: string, options: CallOptions): Promise<unknown> {
    const asIs = (data: unknown) => data;
    const where = target('GET', path);
    return (await this.guarded(options, (guarded) => this.#send('GET', where, undefined, guarded, asIs)))?.data;
  }

  /**
   * A write, or a read that Zaptec made a POST.
   * @throws ZaptecError `READ_ONLY`
   */
  async post(path: string, body: unknown, options: WriteOptions): Promise<Answer<unknown>> {
    return this.write('POST', target('POST', path), body, options);
  }

  /** @throws ZaptecError `READ_ONLY` */
  mayWrite(method: Call['method'], where: Target): void {
    if (!this.#readOnly || where.endpoint?.reads) return;
    throw zaptecError('READ_ONLY', phrase`${method} ${labelOf(where)} was not sent: the connection is read-only`);
  }

  /** @throws ZaptecError `READ_ONLY` */
  async write(method: Call['method'], where: Target, body: unknown, options: WriteOptions): Promise<Answer<unknown>> {
    this.mayWrite(method, where);
    return this.guarded(options, async (guarded) => {
      try {
        const reply = await this.#send(method, where, body, { lane: 'command', ...guarded });
        this.#context.cache.written(where.invalidates);
        const meta = { source: 'rest' as const, time: clock.iso(), ageMs: 0, attempts: reply?.attempts ?? 0 };
        return { data: reply?.data ?? null, meta };
      } catch (error) {
        // Nobody knows whether a request that was sent has acted.
        if (!isZaptecError(error) || error.cause.attempts > 0) this.#context.cache.written(where.invalidates);
        throw error;
      }
    });
  }

  /** @throws ZaptecError `ABORTED` when the client is closed meanwhile. */
  async sleep(ms: number, options: CallOptions): Promise<void> {
    await this.guarded(options, async ({ signal }) => {
      await sleep(ms, signal);
      if (signal?.aborted) throw zaptecError('ABORTED', 'The request was given up');
    });
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort();
  }

  /** Runs requests so that closing the client ends them. */
  async guarded<T, O extends CallOptions>(options: O, work: (guarded: O) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    // One signal may end any number of calls; Node would take more than ten for a leak.
    if (options.signal) setMaxListeners(0, options.signal);
    if (this.#closed || options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    this.#running.add(controller);
    try {
      return await work({ ...options, signal: controller.signal });
    } finally {
      this.#running.delete(controller);
      options.signal?.removeEventListener('abort', abort);
    }
  }

  async #send(
    method: Call['method'],
    where: Target,
    body: unknown,
    options: LoadContext | WriteOptions,
    read: (data: unknown) => unknown = (data) => withFieldTypes(where.endpoint?.path, decode(data)),
  ): Promise<Loaded<unknown> | undefined> {
    const query = where.query.toString();
    const { role } = where.endpoint ?? {};
    const reply = await request(this.#context.sender, this.#tokens, {
      ...options,
      lane: options.lane ?? 'message',
      by: this.#by ?? currentLabel(),
      method,
      path: where.path + (query ? `?${query}` : ''),
      body,
      repeatable: where.repeatable,
      label: labelOf(where),
      role: role === 'any' ? undefined : role,
      largestAnswer: where.endpoint?.largestAnswer,
    });
    if (!reply) return undefined;
    const { status, text, attempts } = reply;
    try {
      // Success bodies may be empty or literally `null` whatever their content type
      // (docs/zaptec-api.md, "Conventions").
      return { data: text.trim() === '' ? null : read(parseJson(text)), attempts };
    } catch (error) {
      const answered = phrase`${method} ${labelOf(where)} answered ${status} with`;
      if (error instanceof JsonTooLarge) {
        throw zaptecError('TOO_LARGE', phrase`${answered} ${error.message}`, { status, attempts });
      }
      const reason = phrase`${answered} a body that is no JSON`;
      throw zaptecError('BAD_ANSWER', reason, { status, attempts });
    }
  }
}

/** The path as a template, for texts. */
export function labelOf({ endpoint, path }: Target): string {
  return endpoint?.path ?? path;
}

function shaped<T>(reply: Loaded<unknown>, shape: (data: unknown) => T): T {
  try {
    return shape(reply.data);
  } catch (error) {
    throw isZaptecError(error) ? afterAttempts(error, reply.attempts) : error;
  }
}

/** Answers that have passed the check of their form. */
const shapedAnswers = new WeakSet<object>();

function markShaped<T>(data: T): T {
  if (typeof data === 'object' && data !== null) shapedAnswers.add(data);
  return data;
}

function isShaped(data: unknown): boolean {
  return typeof data === 'object' && data !== null && shapedAnswers.has(data);
}

/** Where the cache keeps a single answer. */
export function answerKey({ path, query }: Target): string {
  const copy = new URLSearchParams(query);
  copy.sort();
  const text = copy.toString();
  return path + (text ? `?${text}` : '');
}
