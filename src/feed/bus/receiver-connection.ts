import { clock } from '../../time/clock';
import { FEED_ERRORS, type FeedError } from '../feed-error';
import type { FeedTiming } from '../timing';
import type { BusDetails } from './details';
import { openReceiver, type Channel, type Receiver, type ReceiverEvents } from './sdk';

export interface ConnectionEvents extends Pick<ReceiverEvents, 'message'> {
  /** Messages may flow, at first or again. */
  attached(): void;
  /** The SDK opens the link again by itself. */
  reattaching(): void;
}

/** One connection of a receiver, until something is wrong with it. */
export class ReceiverConnection {
  /** When messages could flow first or again, ms of `clock.steady()`. */
  attachedAt: number | undefined;
  readonly #details: BusDetails;
  readonly #channel: Channel;
  readonly #events: ConnectionEvents;
  readonly #timing: FeedTiming;
  readonly #lost: Promise<FeedError | undefined>;
  #resolve: (error: FeedError | undefined) => void = () => undefined;
  #opening: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  #receiver: Receiver | undefined;
  #isLost = false;

  constructor(details: BusDetails, channel: Channel, events: ConnectionEvents, timing: FeedTiming) {
    this.#details = details;
    this.#channel = channel;
    this.#events = events;
    this.#timing = timing;
    this.#lost = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Gives the connection up; without an error nothing is wrong with it. */
  lose(error?: FeedError): void {
    this.#isLost = true;
    this.#resolve(error);
  }

  /**
   * Opens the connection and returns when it is lost; the caller still has to close it.
   * @throws FeedFailure
   */
  async untilLost(): Promise<FeedError | undefined> {
    this.#watchOpening();
    const events: ReceiverEvents = {
      attaching: () => this.#onAttaching(),
      attached: () => this.#onAttached(),
      failed: (error) => this.lose(error),
      message: this.#events.message,
    };
    this.#receiver = await openReceiver(this.#details, this.#channel, events, this.#timing.closeMs);
    return this.#lost;
  }

  /**
   * A message has come, so the link is open and not refused, even if the SDK has not reported it.
   * @returns false where the connection was given up before: what has come by then is still handed on.
   */
  confirm(): boolean {
    if (this.#isLost) return false;
    if (this.#opening) this.#onAttached();
    if (this.#settling) this.#onSettled();
    return true;
  }

  /** Settles within the time that a connection has for it; never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#opening);
    clearTimeout(this.#settling);
    // Messages may still come.
    this.#opening = undefined;
    this.#settling = undefined;
    await this.#receiver?.close();
  }

  #onAttaching(): void {
    if (this.attachedAt === undefined) return;
    clearTimeout(this.#settling);
    this.#settling = undefined;
    // The SDK has no back-off for a link that is closed as soon as it is open.
    if (clock.steady() - this.attachedAt < this.#timing.stableMs) this.lose(FEED_ERRORS.cut);
    else this.#events.reattaching();
    this.#watchOpening();
  }

  #onAttached(): void {
    clearTimeout(this.#opening);
    this.#opening = undefined;
    this.attachedAt = clock.steady();
    // A link that is refused opens first and is closed at once.
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#onSettled(), this.#timing.settleMs);
    this.#settling.unref();
  }

  #onSettled(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#events.attached();
  }

  #watchOpening(): void {
    clearTimeout(this.#opening);
    this.#opening = setTimeout(() => this.lose(FEED_ERRORS.noAnswer), this.#timing.openMs);
    this.#opening.unref();
  }
}
