import { FeedLease } from '../../cluster/feed-lease';
import { isObject } from '../../zaptec/json';
import { clock } from '../../time/clock';
import { FEED_ERROR_CODES, type FeedError, type FeedErrorCode } from '../feed-error';
import type { FeedTransport } from '../types';
import type { BusDetails } from './details';
import { decodeEnvelope } from './envelope';
import type { MessageSource } from './message-source';
import type { OpenSource } from './source';
import {
  Stream,
  type MessageStream,
  type StreamContext,
  type StreamOptions,
  type StreamSharing,
  type StreamState,
} from './stream';

/** Connection details are used for the first connect only while they are so young, in ms. */
const FRESH_MS = 30_000;

export interface SharedStreamOptions extends StreamOptions {
  redisUrl: string;
  /** Of all accounts that see it, at one address of the cloud. */
  topic: string;
  /** As the stream gave it before a restart. */
  position?: string | undefined;
}

/** What the machine that receives says of its receiver. */
interface ReceiverStatus extends StreamState {
  /** When the last gap ended, by Redis's clock, ms. */
  gapAt?: number | undefined;
  /** When numbers were last left out between two messages, by Redis's clock, ms. */
  skippedAt?: number | undefined;
}

/**
 * The messages of a topic on one of several machines: one of them has the receiver and hands every message to the others
 * through Redis. A message is completed only when it is there, so that the bus delivers it again if this machine dies.
 * Without Redis each machine has a receiver of its own.
 */
export class SharedStream implements MessageStream {
  readonly source: MessageSource;
  readonly ended: Promise<void>;
  reconnects = 0;
  received = 0;
  lastMessageAt: number | undefined;
  gapEndedAt = Infinity;
  skippedAt: number | undefined;
  readonly #context: StreamContext;
  readonly #options: SharedStreamOptions;
  readonly #lease: FeedLease;
  readonly #listeners = new Set<() => void>();
  readonly #openedAt = clock.now();
  #markEnded: () => void = () => undefined;
  #details: BusDetails | undefined;
  #transport: FeedTransport;
  #receiver: Stream | undefined;
  /** When the last receiver is closed. */
  #receiverClosed: Promise<void> = Promise.resolve();
  #reconnectsBefore = 0;
  /** The last gap of the receiver that is known here, ms of `clock.now()`. */
  #receiverGap: number | undefined;
  /** The receiver goes on where the one of another machine ended, ms of `clock.now()`. */
  #continuesSince: number | undefined;
  /** When the last gap of all machines ended, by Redis's clock, ms. */
  #gapAt: number | undefined;
  /** When numbers were last left out, by Redis's clock, ms. */
  #skippedAt: number | undefined;
  #state: StreamState = { kind: 'connecting' };
  #shown = '';
  #failing: NodeJS.Timeout | undefined;
  #wasSplit = false;
  #yields = false;
  #closed = false;

  constructor(found: OpenSource, context: StreamContext, options: SharedStreamOptions) {
    this.source = found.source;
    this.#details = found.details;
    this.#context = context;
    this.#options = options;
    this.#transport = options.transport;
    this.ended = new Promise((resolve) => (this.#markEnded = resolve));
    const { redisUrl, topic, position } = options;
    this.#lease = new FeedLease({
      ...{ redisUrl, topic, position },
      status: () => this.#ownStatus(),
      receives: () => this.#receiver !== undefined,
      onChange: () => this.#onLease(),
      onMessages: (bodies) => this.#onMessages(bodies),
      onMissed: () => this.#onMissed(),
    });
  }

  get state(): StreamState {
    return this.#state;
  }

  get position(): string | undefined {
    return this.#lease.position;
  }

  get sharing(): StreamSharing {
    const { role, machines, problem } = this.#lease;
    // One that has never reached Redis cannot know that it is the only one.
    return { role, isSplit: role === 'alone' && machines !== 1, problem };
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  useTransport(transport: FeedTransport): void {
    this.#transport = transport;
    this.#receiver?.useTransport(transport);
  }

  retryNow(): void {
    this.#receiver?.retryNow();
  }

  markDead(): void {
    this.#receiver?.markDead();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.clear();
    clearTimeout(this.#failing);
    this.#closeReceiver();
    void this.#receiverClosed.then(() => this.#lease.close()).then(this.#markEnded);
  }

  #onLease(): void {
    if (this.#closed) return;
    const { role, isSplit } = this.sharing;
    const receives = (role === 'receiver' || role === 'alone') && !this.#yields;
    // What others received while Redis was away may never come here.
    if (this.#wasSplit && !isSplit) this.gapEndedAt = clock.now();
    this.#wasSplit = isSplit;
    if (!receives) this.#closeReceiver();
    else if (!this.#receiver) this.#openReceiver(role === 'receiver' && this.#lease.wasHanded);
    this.#update();
  }

  #onMissed(): void {
    this.gapEndedAt = clock.now();
    this.#update();
  }

  #openReceiver(isHanded: boolean): void {
    const now = clock.now();
    const details = now - this.#openedAt < FRESH_MS ? this.#details : undefined;
    this.#details = undefined;
    this.#receiverGap = undefined;
    this.#continuesSince = isHanded && this.gapEndedAt !== Infinity ? now : undefined;
    const isClosedBefore = this.#receiverClosed;
    const found = { source: this.source, ...(details ? { details } : {}) };
    const context: StreamContext = {
      receivers: [{ onMessage: (body) => this.#onReceived(body) }],
      load: async (source, signal) => {
        // Never more than one receiver at a time.
        await isClosedBefore;
        return this.#context.load(source, signal);
      },
      check: () => this.#context.check(),
    };
    const receiver = new Stream(found, context, { ...this.#options, transport: this.#transport });
    this.#receiver = receiver;
    receiver.listen(() => this.#update());
    void receiver.ended.then(() => {
      if (receiver === this.#receiver && !this.#closed) this.#end(receiver.state);
    });
  }

  /** Zaptec has closed the source to this account. */
  #end(state: StreamState): void {
    this.close();
    this.#state = state;
  }

  #closeReceiver(): void {
    if (!this.#receiver) return;
    const { ended, reconnects } = this.#receiver;
    this.#reconnectsBefore += reconnects + 1;
    this.#receiver.close();
    this.#receiver = undefined;
    const before = this.#receiverClosed;
    this.#receiverClosed = Promise.all([before, ended]).then(() => undefined);
  }

  #onReceived(body: unknown): Promise<void> | void {
    this.#deliver(body);
    const observation = decodeEnvelope(body);
    return observation && this.#lease.append(JSON.stringify(observation));
  }

  #onMessages(bodies: readonly string[]): void {
    for (const body of bodies) this.#deliver(body);
  }

  #deliver(body: unknown): void {
    this.received += 1;
    this.lastMessageAt = clock.now();
    for (const receiver of this.#context.receivers) void receiver.onMessage(body);
  }

  #ownStatus(): string {
    const status: ReceiverStatus = {
      ...(this.#receiver?.state ?? { kind: 'connecting' }),
      gapAt: this.#gapAt,
      skippedAt: this.#skippedAt,
    };
    return JSON.stringify(status);
  }

  #update(): void {
    if (this.#closed) return;
    if (this.#receiver) this.#followReceiver(this.#receiver);
    else this.#followStatus();
    const { role, isSplit } = this.sharing;
    const shown = [this.#state.kind, this.#state.error?.code, role, isSplit, this.gapEndedAt, this.skippedAt].join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }

  #followReceiver(receiver: Stream): void {
    this.#state = receiver.state;
    if (receiver.skippedAt !== undefined && receiver.skippedAt !== this.skippedAt) {
      this.skippedAt = receiver.skippedAt;
      this.#skippedAt = this.#lease.toRedis(receiver.skippedAt);
    }
    this.reconnects = this.#reconnectsBefore + receiver.reconnects;
    const isLive = receiver.state.kind === 'live';
    this.#watchFailing(isLive);
    if (!isLive || receiver.gapEndedAt === this.#receiverGap) return;
    this.#receiverGap = receiver.gapEndedAt;
    const waitedMs = clock.now() - (this.#continuesSince ?? -Infinity);
    this.#continuesSince = undefined;
    // Meanwhile the messages have waited in the subscription.
    if (waitedMs <= this.#options.timing.gapMs) return;
    this.gapEndedAt = receiver.gapEndedAt;
    this.#gapAt = this.#lease.toRedis(receiver.gapEndedAt);
  }

  #followStatus(): void {
    this.#watchFailing(true);
    const status: ReceiverStatus = readStatus(this.#lease.status) ?? { kind: 'connecting' };
    const { kind, error, gapAt, skippedAt } = status;
    this.#state = error ? { kind, error } : { kind };
    if (kind !== 'live') return;
    if (skippedAt !== undefined && skippedAt !== this.#skippedAt) {
      this.#skippedAt = skippedAt;
      const at = this.#lease.fromRedis(skippedAt);
      if (at > this.#openedAt) this.skippedAt = at;
    }
    const gap = gapAt !== undefined && gapAt !== this.#gapAt ? this.#lease.fromRedis(gapAt) : -Infinity;
    this.#gapAt = gapAt;
    if (this.gapEndedAt === Infinity) this.gapEndedAt = clock.now();
    else this.gapEndedAt = Math.max(this.gapEndedAt, gap);
  }

  /** Another machine may reach the bus where this one does not. */
  #watchFailing(isWell: boolean): void {
    const mayYield = !isWell && this.#lease.role === 'receiver' && this.#lease.machines > 1;
    if (!mayYield) {
      clearTimeout(this.#failing);
      this.#failing = undefined;
      return;
    }
    this.#failing ??= setTimeout(() => void this.#yield(), this.#options.timing.yieldAfterMs).unref();
  }

  async #yield(): Promise<void> {
    this.#failing = undefined;
    this.#yields = true;
    this.#closeReceiver();
    await this.#receiverClosed;
    await this.#lease.yieldFor(this.#options.timing.yieldMs);
    this.#yields = false;
  }
}

/** Another version of this package may have written it. */
function readStatus(text = ''): ReceiverStatus | undefined {
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    // It says nothing.
  }
  if (!isObject(status)) return undefined;
  const { kind, error, gapAt, skippedAt } = status;
  if (kind !== 'live' && kind !== 'away' && kind !== 'connecting') return undefined;
  return {
    kind,
    ...(isFeedError(error) ? { error } : {}),
    ...(typeof gapAt === 'number' ? { gapAt } : {}),
    ...(typeof skippedAt === 'number' ? { skippedAt } : {}),
  };
}

function isFeedError(value: unknown): value is FeedError {
  if (!isObject(value)) return false;
  const { code, text, remedy, lasting } = value;
  const isKnown = FEED_ERROR_CODES.includes(code as FeedErrorCode);
  return isKnown && typeof text === 'string' && typeof remedy === 'string' && typeof lasting === 'boolean';
}
