import type { SecondConsumerDetector } from './second-consumer';

/** What was measured just before a gap is old enough so soon after the wait. */
const MARGIN_MS = 1_000;

export interface SkippedMessagesContext {
  readonly detector: SecondConsumerDetector;
  /** After so long a message that is missing cannot come any more, ms. */
  readonly lateMs: number;
  ids(): ReadonlySet<string>;
  /** Reads all chargers, as after a gap. */
  readAll(): void;
}

/** Has the chargers of a feed read when the numbers of its messages leave some out. */
export class SkippedMessages {
  /** What was read before may be out of date, ms of `clock.now()`. */
  skippedAt = -Infinity;
  readonly #context: SkippedMessagesContext;
  #seenAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The chargers that are still to be read. */
  #unread: Set<string> | undefined;

  constructor(context: SkippedMessagesContext) {
    this.#context = context;
  }

  /** @param skippedAt when the stream last left out numbers, ms of `clock.now()`; may be the same as before. */
  notice(skippedAt: number | undefined): void {
    if (skippedAt === undefined || skippedAt === this.#seenAt) return;
    this.#seenAt = skippedAt;
    if (!this.#context.detector.onSkipped()) return;
    this.skippedAt = skippedAt;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#unread = new Set(this.#context.ids());
      this.#context.readAll();
    }, this.#context.lateMs + MARGIN_MS).unref();
  }

  /** The charger was read, and the detector knows with which result. */
  onRead(chargerId: string): void {
    this.#unread?.delete(chargerId);
    if (this.#unread?.size !== 0) return;
    this.#unread = undefined;
    this.#context.detector.onRoundDone();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
