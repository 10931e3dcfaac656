import type { Channel } from './connector';
import type { BusDetails } from './details';
import type { FeedTransport } from '../types';
import { ReceiverConnection, type ConnectionEvents } from './receiver-connection';
import type { MessageSource } from './message-source';
import { isClosed, type OpenSource } from './source';
import { IdleWatchdog } from './idle-watchdog';
import { jittered, type FeedTiming } from '../timing';
import { feedErrorOf, FEED_ERRORS, type FeedError } from '../feed-error';
import { sleep } from '../../time/sleep';
import { hasWebSocket } from './web-socket';
import { clock } from '../../time/clock';

/** What checking a silent stream has shown. */
export type InspectionResult = 'changed' | 'quiet' | 'unknown';

export interface StreamState {
  kind: 'connecting' | 'live' | 'away';
  error?: FeedError;
}

export interface StreamContext {
  /** @throws ZaptecError, TroubleError */
  load(source: MessageSource, signal: AbortSignal): Promise<BusDetails>;
  message(body: unknown): void;
  /** One cheap read: has anything changed that never came? Never rejects. */
  inspect(): Promise<InspectionResult>;
}

export interface StreamOptions {
  transport: FeedTransport;
  silenceMs: number;
  timing: FeedTiming;
}

/**
 * One receiver for one topic that cannot die silently: fresh details before each connect, its own retries for ever, its
 * own clock for silence. The library's reconnect serves short cuts only (docs/service-bus.md, "Client behaviour").
 */
export class Stream {
  readonly source: MessageSource;
  reconnects = 0;
  received = 0;
  /** ms since 1970, as all times here */
  lastMessageAt: number | undefined;
  /** From when on every message comes or waits, after a gap in which some were lost: older reads are out of date. */
  gapEndedAt = Infinity;
  /** Settles when Zaptec refuses the details, or the stream was closed; never rejects. */
  readonly ended: Promise<void>;
  #state: StreamState = { kind: 'connecting' };
  #details: BusDetails | undefined;
  #channel: Channel;
  #connection: ReceiverConnection | undefined;
  #lostAt: number | undefined;
  /** Loading the details makes the subscription: from then on messages wait for us. */
  #loadedAt = clock.now();
  #opened = 0;
  /** Messages were lost for certain, however short the gap. */
  #lossy = true;
  /** After a silent death an open link proves nothing: only a message, or a quiet check, does. */
  #onProbation = false;
  readonly #options: StreamOptions;
  readonly #context: StreamContext;
  readonly #silence: IdleWatchdog;
  readonly #holder: ConnectionEvents = {
    attached: () => this.#attached(),
    reattaching: () => this.#lost({ kind: 'connecting', error: FEED_ERRORS.cut }),
    message: (body) => this.#onMessage(body),
  };
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();

  constructor(found: OpenSource, context: StreamContext, options: StreamOptions) {
    this.source = found.source;
    this.#details = found.details;
    this.#context = context;
    this.#options = options;
    this.#channel = options.transport === 'websocket' ? 'websocket' : 'amqp';
    this.#silence = new IdleWatchdog(options.silenceMs, () => void this.#onSilence());
    this.ended = this.#run();
  }

  get state(): StreamState {
    return this.#state;
  }

  /** @param listener called when the state changes. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A read has shown that it is dead although it seemed well. */
  markDead(): void {
    if (this.#state.kind === 'live') this.#die();
  }

  close(): void {
    this.#stopping.abort();
    this.#silence.stop();
    this.#listeners.clear();
    this.#connection?.end();
  }

  async #run(): Promise<void> {
    const { timing } = this.#options;
    const { signal } = this.#stopping;
    // The first connect stands for the first, quick retry.
    for (let tries = 1; ; tries += 1) {
      const error = await this.#once();
      this.#silence.stop();
      if (signal.aborted || (error && isClosed(error))) return;
      const attachedAt = this.#connection?.attachedAt;
      if (attachedAt !== undefined && clock.steady() - attachedAt >= timing.steadyMs) tries = 0;
      await sleep(jittered(error?.lasting ? timing.refusedMs : timing.retryMs, tries), signal);
    }
  }

  /** From the details to the end of one connection; without an error it is opened anew as a precaution. */
  async #once(): Promise<FeedError | undefined> {
    this.#connection = undefined;
    try {
      const details = await this.#fresh();
      if (this.#stopping.signal.aborted) return undefined;
      this.#connection = new ReceiverConnection(details, this.#channel, this.#holder, this.#options.timing);
      const error = await this.#connection.untilClosed();
      if (error) this.#away(error);
      if (this.#connection.attachedAt === undefined && error && !details.plain) this.#tryOtherChannel();
      return error;
    } catch (thrown) {
      const error = feedErrorOf(thrown, this.source);
      this.#away(error);
      return error;
    } finally {
      // Never more than one receiver at a time.
      await this.#connection?.close();
    }
  }

  async #fresh(): Promise<BusDetails> {
    const first = this.#details;
    this.#details = undefined;
    if (first) return first;
    const impatience = setTimeout(() => this.#away(FEED_ERRORS.slow), this.#options.timing.openMs);
    try {
      const details = await this.#context.load(this.source, this.#stopping.signal);
      this.#loadedAt = clock.now();
      return details;
    } finally {
      clearTimeout(impatience);
    }
  }

  #attached(): void {
    const now = clock.now();
    this.reconnects = this.#opened;
    this.#opened += 1;
    const gapMs = now - (this.#lostAt ?? now);
    if (this.#lossy || gapMs > this.#options.timing.gapMs) this.gapEndedAt = this.#loadedAt;
    this.#lostAt = undefined;
    this.#lossy = false;
    this.#silence.start();
    if (this.#onProbation) this.#change({ kind: 'away', error: FEED_ERRORS.waiting });
    else this.#change({ kind: 'live' });
  }

  #onMessage(body: unknown): void {
    this.received += 1;
    this.lastMessageAt = clock.now();
    this.#silence.onMessage();
    if (this.#onProbation) this.#clearProbation();
    this.#context.message(body);
  }

  /** Quiet or not, the link is opened anew: a dead one looks the same while nobody charges. */
  async #onSilence(): Promise<void> {
    const connection = this.#connection;
    const result = await this.#context.inspect();
    if (connection !== this.#connection || this.#stopping.signal.aborted) return;
    if (result === 'changed') {
      this.#die();
      return;
    }
    this.#silence.onQuiet();
    if (result === 'quiet' && this.#onProbation) this.#clearProbation();
    this.#lostAt ??= this.#state.kind === 'live' ? clock.now() : undefined;
    connection?.end();
  }

  #die(): void {
    this.#lossy = true;
    this.#onProbation = true;
    this.#connection?.end(FEED_ERRORS.silent);
  }

  #clearProbation(): void {
    this.#onProbation = false;
    this.#change({ kind: 'live' });
  }

  #away(error: FeedError): void {
    if (error.code === FEED_ERRORS.removed.code) this.#lossy = true;
    this.#lost({ kind: 'away', error });
  }

  #lost(state: StreamState): void {
    if (this.#stopping.signal.aborted) return;
    this.#lostAt ??= clock.now();
    this.#change(state);
  }

  /** 5671 may be blocked where 443 is not. */
  #tryOtherChannel(): void {
    if (this.#options.transport !== 'auto' || !hasWebSocket()) return;
    this.#channel = this.#channel === 'amqp' ? 'websocket' : 'amqp';
  }

  /** One word for each change, however often it is repeated. */
  #change(state: StreamState): void {
    const same = state.kind === this.#state.kind && state.error?.code === this.#state.error?.code;
    if (same || this.#stopping.signal.aborted) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
