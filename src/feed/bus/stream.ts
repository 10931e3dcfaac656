import { needsProxy } from './proxy';
import { clock } from '../../time/clock';
import { sleep } from '../../time/sleep';
import { feedErrorOf, FEED_ERRORS, type FeedError, withoutProxy } from '../feed-error';
import { retryMs, type FeedTiming } from '../timing';
import type { FeedTransport } from '../types';
import type { BusDetails } from './details';
import { IdleWatchdog } from './idle-watchdog';
import type { MessageSource } from './message-source';
import { ReceiverConnection, type ConnectionEvents } from './receiver-connection';
import type { Channel } from './sdk';
import { SequenceGaps, type SequenceNumber } from './sequence-gaps';
import { isClosed, type OpenSource } from './source';
import { hasWebSocket } from './web-socket';

/** What reading a charger of an idle stream has shown. */
export type CheckResult = 'changed' | 'quiet' | 'unknown';

export interface StreamState {
  kind: 'connecting' | 'live' | 'away';
  error?: FeedError;
}

export interface MessageReceiver {
  /**
   * Takes the body of a message as it came. Must not throw or reject.
   * @returns until when the bus has to keep the message, if not only for now.
   */
  onMessage(body: unknown): Promise<void> | void;
}

export interface StreamContext {
  /** Each of them gets every message. */
  readonly receivers: Iterable<MessageReceiver>;
  /** @throws ZaptecError, FeedFailure */
  load(source: MessageSource, signal: AbortSignal): Promise<BusDetails>;
  /** One cheap read: has anything changed of which no message came? Never rejects. */
  check(): Promise<CheckResult>;
}

/** The messages of one topic, however they come to this machine. */
export interface MessageStream {
  readonly source: MessageSource;
  /** How often the receiver was opened again. */
  readonly reconnects: number;
  /** Messages that came. */
  readonly received: number;
  /** ms of `clock.now()` */
  readonly lastMessageAt: number | undefined;
  /** Since when no message was lost, ms of `clock.now()`: older reads are out of date. */
  readonly gapEndedAt: number;
  /** When numbers were last left out between two messages, ms of `clock.now()`. */
  readonly skippedAt: number | undefined;
  /** Settles when Zaptec refuses the details, or the stream was closed; never rejects. */
  readonly ended: Promise<void>;
  readonly state: StreamState;
  /** Where several machines have one receiver: what this one does; absent without Redis. */
  readonly sharing?: StreamSharing | undefined;
  /** Up to where this machine has the messages that machines share; to be kept over a restart. */
  readonly position?: string | undefined;
  /** @param listener called when the state or the sharing changes, and when numbers are left out. */
  listen(listener: () => void): () => void;
  /** From now on the bus is reached this way; a stream that is open another way is opened anew. */
  useTransport(transport: FeedTransport): void;
  /** Ends the wait for the next try to connect. */
  retryNow(): void;
  /** A read has shown that the stream is dead although it seemed well. */
  markDead(): void;
  close(): void;
}

export interface StreamSharing {
  role: 'joining' | 'receiver' | 'follower' | 'alone';
  /** Other machines may receive some of the messages, and Redis is away. */
  isSplit: boolean;
  /** Why Redis is away. */
  problem?: string | undefined;
}

export interface StreamOptions {
  transport: FeedTransport;
  idleMs: number;
  timing: FeedTiming;
}

/**
 * One receiver for one topic that cannot die unnoticed: fresh details before each connect, its own retries for ever, its
 * own watchdog. The SDK reconnects only after short cuts.
 */
export class Stream implements MessageStream {
  readonly source: MessageSource;
  reconnects = 0;
  received = 0;
  /** ms of `clock.now()` */
  lastMessageAt: number | undefined;
  /** Since when no message was lost, ms of `clock.now()`: older reads are out of date. */
  gapEndedAt = Infinity;
  skippedAt: number | undefined;
  /** Settles when Zaptec refuses the details, or the stream was closed; never rejects. */
  readonly ended: Promise<void>;
  #state: StreamState = { kind: 'connecting' };
  #details: BusDetails | undefined;
  #channel: Channel;
  #transport: FeedTransport;
  /** Aborted when the next try need not wait. */
  #retry = new AbortController();
  #isWaiting = false;
  #connection: ReceiverConnection | undefined;
  #gaps = new SequenceGaps();
  #lostAt: number | undefined;
  /** Loading the details makes the subscription: from then on messages wait for us. */
  #loadedAt = clock.now();
  #leaptMs = leaptMs();
  #opened = 0;
  /** Messages were lost for certain, however short the gap. */
  #messagesLost = true;
  /** After a connection died unnoticed, an open link proves nothing: only a message, or a quiet check, does. */
  #onProbation = false;
  readonly #options: StreamOptions;
  readonly #context: StreamContext;
  readonly #watchdog: IdleWatchdog;
  readonly #events: ConnectionEvents = {
    attached: () => this.#onAttached(),
    reattaching: () => this.#onReattaching(),
    message: (body, number) => this.#onMessage(body, number),
  };
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();

  /** @param found without details, they are loaded. */
  constructor(found: Pick<OpenSource, 'source'> & Partial<OpenSource>, context: StreamContext, options: StreamOptions) {
    this.source = found.source;
    this.#details = found.details;
    this.#context = context;
    this.#options = options;
    this.#transport = options.transport;
    this.#channel = options.transport === 'websocket' ? 'websocket' : 'amqp';
    this.#watchdog = new IdleWatchdog(options.idleMs, () => void this.#onIdle());
    this.ended = this.#run();
  }

  get state(): StreamState {
    return this.#state;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  useTransport(transport: FeedTransport): void {
    if (transport === this.#transport) return;
    this.#transport = transport;
    const isAway = this.#state.kind === 'away';
    const isOtherWay = transport !== 'auto' && transport !== this.#channel;
    if (isOtherWay) {
      this.#channel = transport;
      this.#lostAt ??= clock.now();
      this.#connection?.lose();
    }
    if (isAway || isOtherWay) this.#retry.abort();
  }

  retryNow(): void {
    if (this.#isWaiting) this.#retry.abort();
  }

  markDead(): void {
    if (this.#state.kind === 'live') this.#die();
  }

  close(): void {
    this.#stopping.abort();
    this.#watchdog.stop();
    this.#listeners.clear();
    this.#connection?.lose();
  }

  async #run(): Promise<void> {
    const { timing } = this.#options;
    const { signal } = this.#stopping;
    // The first connect stands for the first, quick retry.
    for (let tries = 1; ; tries += 1) {
      const error = await this.#connectOnce();
      this.#watchdog.stop();
      if (signal.aborted || (error && isClosed(error))) return;
      const attachedAt = this.#connection?.attachedAt ?? Infinity;
      if (clock.steady() - attachedAt >= timing.stableMs) tries = 0;
      this.#isWaiting = true;
      await sleep(retryMs(timing, error, tries), AbortSignal.any([signal, this.#retry.signal]));
      this.#isWaiting = false;
      if (!this.#retry.signal.aborted) continue;
      this.#retry = new AbortController();
      tries = 0;
    }
  }

  /** From the details to the end of one connection; without an error the link is opened anew as a precaution. */
  async #connectOnce(): Promise<FeedError | undefined> {
    this.#connection = undefined;
    this.#gaps = new SequenceGaps();
    try {
      const details = await this.#freshDetails();
      if (this.#stopping.signal.aborted) return undefined;
      this.#connection = new ReceiverConnection(details, this.#channel, this.#events, this.#options.timing);
      const reason = await this.#connection.untilLost();
      const error = reason && this.#explained(reason, this.#connection, details);
      if (error) this.#onAway(error);
      if (this.#connection.attachedAt === undefined && !details.plain) this.#tryOtherChannel();
      return error;
    } catch (failure) {
      const error = feedErrorOf(failure, this.source);
      this.#onAway(error);
      return error;
    } finally {
      // Never more than one receiver at a time.
      await this.#connection?.close();
    }
  }

  #explained(error: FeedError, { attachedAt }: ReceiverConnection, { plain, host }: BusDetails): FeedError {
    const isProxied = this.#channel === 'websocket' && !plain && needsProxy(host);
    return isProxied && attachedAt === undefined ? withoutProxy(error) : error;
  }

  async #freshDetails(): Promise<BusDetails> {
    const first = this.#details;
    this.#details = undefined;
    if (first) return first;
    const slow = setTimeout(() => this.#onAway(FEED_ERRORS.slow), this.#options.timing.openMs);
    try {
      const details = await this.#context.load(this.source, this.#stopping.signal);
      this.#loadedAt = clock.now();
      return details;
    } finally {
      clearTimeout(slow);
    }
  }

  #onAttached(): void {
    const now = clock.now();
    this.reconnects = this.#opened;
    this.#opened += 1;
    const { gapMs } = this.#options.timing;
    // A computer that has slept notices the cut only when it wakes, and may reach the same subscription again at once.
    const sleptMs = leaptMs() - this.#leaptMs;
    this.#leaptMs += sleptMs;
    if (sleptMs > gapMs) this.gapEndedAt = now;
    else if (this.#messagesLost || now - (this.#lostAt ?? now) > gapMs) this.gapEndedAt = this.#loadedAt;
    this.#lostAt = undefined;
    this.#messagesLost = false;
    this.#watchdog.start();
    if (this.#onProbation) this.#change({ kind: 'away', error: FEED_ERRORS.waiting });
    else this.#change({ kind: 'live' });
  }

  #onReattaching(): void {
    this.#gaps = new SequenceGaps();
    this.#onLost({ kind: 'connecting', error: FEED_ERRORS.cut });
  }

  #onMessage(body: unknown, number: SequenceNumber | undefined): Promise<void> | void {
    const isOpen = this.#connection?.confirm() ?? false;
    this.received += 1;
    this.lastMessageAt = clock.now();
    this.#watchdog.onMessage();
    if (isOpen && this.#onProbation) this.#clearProbation();
    let taken: Promise<void> | void = undefined;
    for (const receiver of this.#context.receivers) taken = receiver.onMessage(body) ?? taken;
    if (number && this.#gaps.skipped(number)) this.#onSkipped();
    return taken;
  }

  #onSkipped(): void {
    this.skippedAt = clock.now();
    for (const listener of this.#listeners) listener();
  }

  /** Quiet or not, the link is opened anew: a dead one looks the same while nobody charges. */
  async #onIdle(): Promise<void> {
    const connection = this.#connection;
    const result = await this.#context.check();
    if (connection !== this.#connection || this.#stopping.signal.aborted) return;
    if (result === 'changed') {
      this.#die();
      return;
    }
    this.#watchdog.onQuiet();
    if (result === 'quiet' && this.#onProbation) this.#clearProbation();
    this.#lostAt ??= clock.now();
    connection?.lose();
  }

  #die(): void {
    this.#messagesLost = true;
    this.#onProbation = true;
    this.#connection?.lose(FEED_ERRORS.silent);
  }

  #clearProbation(): void {
    this.#onProbation = false;
    this.#change({ kind: 'live' });
  }

  #onAway(error: FeedError): void {
    if (error.code === FEED_ERRORS.removed.code) this.#messagesLost = true;
    this.#onLost({ kind: 'away', error });
  }

  #onLost(state: StreamState): void {
    this.#lostAt ??= clock.now();
    this.#change(state);
  }

  /** 5671 may be blocked where 443 is not. */
  #tryOtherChannel(): void {
    if (this.#transport !== 'auto' || !hasWebSocket()) return;
    this.#channel = this.#channel === 'amqp' ? 'websocket' : 'amqp';
  }

  /** Listeners are called once for each change, however often it is repeated. */
  #change(state: StreamState): void {
    const same = state.kind === this.#state.kind && state.error?.code === this.#state.error?.code;
    if (same || this.#stopping.signal.aborted) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** By how much the wall clock has leapt forward since the start of the process, ms; grows when the computer sleeps. */
function leaptMs(): number {
  return clock.now() - clock.steady();
}
