import { setMaxListeners } from 'node:events';
import type { Answer, AnswerCache, CallOptions, LoadContext } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { afterAttempts, isZaptecError, zaptecError } from '../errors/zaptec-error';
import { pause, request, type Call, type Reply, type Sender, type Tokens } from '../http/requester';
import type { RawObservation } from '../zaptec/observations';
import type { Identified } from './shape';
import { decode } from '../zaptec/decode';
import { clock } from '../time/clock';

/** A write that somebody keeps a watch on. */
export interface WriteOptions extends CallOptions {
  /** Not tried again by itself. */
  once?: boolean;
  /** Called right before it leaves, each time. */
  beforeSend?: () => void;
}

/** Told of what requests bring besides their answer. */
export interface ApiObserver {
  /** A charger's whole state was just read. */
  onState(chargerId: string, state: readonly RawObservation[]): void;
  /** A list of chargers was just read. */
  onChargers(chargers: readonly Identified[]): void;
}

/** What the API needs of an account: its way to the cloud, its cache, and who wants to know what was read. */
export interface ApiContext {
  readonly sender: Sender;
  readonly cache: AnswerCache;
  readonly observer: ApiObserver;
}

/** What every endpoint needs: one account, one password, and the rules of one client. */
export class Caller {
  readonly #context: ApiContext;
  readonly #tokens: Tokens;
  readonly #readOnly: boolean;
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(context: ApiContext, tokens: Tokens, options: { readOnly: boolean }) {
    this.#context = context;
    this.#tokens = tokens;
    this.#readOnly = options.readOnly;
  }

  get observer(): ApiObserver {
    return this.#context.observer;
  }

  /** What was read last under a key, however old; sends nothing. */
  peek(key: string): { data: unknown; ageMs: number } | undefined {
    return this.#context.cache.peek(key);
  }

  /** A read: shared while in flight, and from the cache while it is fresh enough. */
  async get<T>(
    path: string,
    options: CallOptions,
    shape: (data: unknown) => T,
    floor?: (data: T) => number,
  ): Promise<Answer<T>> {
    const where = target('GET', path);
    const good = floor ?? (() => where.endpoint?.floorMs ?? 0);
    return this.cached(answerKey(where), options, good, async (context) => {
      const reply = await this.fetch(where, context);
      return reply && { data: shaped(reply, shape), attempts: reply.attempts };
    });
  }

  /** A read of several requests under one key. */
  async cached<T>(
    key: string,
    options: CallOptions,
    floor: (data: T) => number,
    load: (context: LoadContext) => Promise<{ data: T; attempts: number } | undefined>,
  ): Promise<Answer<T>> {
    return this.guarded(options, (guarded) => this.#context.cache.through(key, guarded, floor, load));
  }

  /** One page or answer, past the cache; undefined when a twin has answered meanwhile. */
  async fetch(
    where: Target,
    context: LoadContext | CallOptions,
  ): Promise<{ data: unknown; attempts: number } | undefined> {
    const reply = await this.#send('GET', where, undefined, context);
    return reply && { data: parse(reply, 'GET', where), attempts: reply.attempts };
  }

  /**
   * An answer with secrets in it: neither cached, nor cleaned, nor shared.
   * @throws ZaptecError
   */
  async confidential(path: string, options: CallOptions): Promise<unknown> {
    const where = target('GET', path);
    const reply = await this.guarded(options, (guarded) => this.#send('GET', where, undefined, guarded));
    return reply && parse(reply, 'GET', where, (data) => data);
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
    throw zaptecError(
      'READ_ONLY',
      `${method} ${where.endpoint?.path ?? where.path} was not sent: the connection is read-only`,
    );
  }

  async write(method: Call['method'], where: Target, body: unknown, options: WriteOptions): Promise<Answer<unknown>> {
    this.mayWrite(method, where);
    return this.guarded(options, async (guarded) => {
      const lane = { lane: 'command' as const, ...guarded };
      try {
        const reply = await this.#send(method, where, body, lane);
        const data = reply ? parse(reply, method, where) : null;
        this.#context.cache.written(where.invalidates);
        const meta = {
          source: 'rest' as const,
          time: clock.iso(),
          ageMs: 0,
          attempts: reply?.attempts ?? 0,
        };
        return { data, meta };
      } catch (error) {
        // Nobody knows whether what was sent has acted.
        if (!isZaptecError(error) || error.cause.attempts > 0) this.#context.cache.written(where.invalidates);
        throw error;
      }
    });
  }

  /** @throws ZaptecError `ABORTED` when the client is closed meanwhile. */
  async sleep(ms: number, options: CallOptions): Promise<void> {
    await this.guarded(options, ({ signal }) => pause(ms, signal));
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort();
  }

  #send(
    method: Call['method'],
    where: Target,
    body: unknown,
    context: LoadContext | WriteOptions,
  ): Promise<Reply | undefined> {
    const query = where.query.toString();
    const { role } = where.endpoint ?? {};
    return request(this.#context.sender, this.#tokens, {
      method,
      path: where.path + (query ? `?${query}` : ''),
      body,
      lane: context.lane ?? 'message',
      repeatable: where.repeatable,
      label: where.endpoint?.path ?? where.path,
      role: role === 'any' ? undefined : role,
      signal: context.signal,
      stillNeeded: 'stillNeeded' in context ? context.stillNeeded : undefined,
      ...('once' in context ? { once: context.once, beforeSend: context.beforeSend } : {}),
    });
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
}

/** Success bodies may be empty or literally `null` whatever their content type (`zaptec-api.md`, conventions). */
function parse(reply: Reply, method: string, where: Target, read = decode): unknown {
  if (reply.text.trim() === '') return null;
  try {
    return read(JSON.parse(reply.text));
  } catch (error) {
    if (isZaptecError(error)) throw error;
    const label = `${method} ${where.endpoint?.path ?? where.path}`;
    throw zaptecError('BAD_ANSWER', `${label} answered ${reply.status} with a body that is no JSON`, {
      status: reply.status,
      attempts: reply.attempts,
    });
  }
}

function shaped<T>(reply: { data: unknown; attempts: number }, shape: (data: unknown) => T): T {
  try {
    return shape(reply.data);
  } catch (error) {
    throw isZaptecError(error) ? afterAttempts(error, reply.attempts) : error;
  }
}

/** Where the cache keeps a single answer. */
export function answerKey({ path, query }: Target): string {
  const copy = new URLSearchParams(query);
  copy.sort();
  const text = copy.toString();
  return path + (text ? `?${text}` : '');
}
