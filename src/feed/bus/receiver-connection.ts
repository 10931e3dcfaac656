import { connect, type Channel, type Connection } from './connector';
import type { BusDetails } from './details';
import type { FeedTiming } from '../timing';
import { FEED_ERRORS, type FeedError } from '../feed-error';
import { clock } from '../../time/clock';

export interface ConnectionEvents {
  /** Messages may flow, at first or again. */
  attached(): void;
  /** The library opens the link again by itself. */
  reattaching(): void;
  message(body: unknown): void;
}

/** Holds one connection until something is wrong with it. */
export class ReceiverConnection {
  /** When messages could flow first or again, in ms. */
  attachedAt: number | undefined;
  readonly #details: BusDetails;
  readonly #channel: Channel;
  readonly #holder: ConnectionEvents;
  readonly #timing: FeedTiming;
  readonly #lost: Promise<FeedError | undefined>;
  #resolve: (error: FeedError | undefined) => void = () => undefined;
  #opening: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  #connection: Connection | undefined;

  constructor(details: BusDetails, channel: Channel, holder: ConnectionEvents, timing: FeedTiming) {
    this.#details = details;
    this.#channel = channel;
    this.#holder = holder;
    this.#timing = timing;
    this.#lost = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Ends it; without an error nothing is wrong. */
  end(error?: FeedError): void {
    this.#resolve(error);
  }

  /**
   * Opens the connection and returns when it is lost; it is still to be closed.
   * @throws TroubleError
   */
  async untilClosed(): Promise<FeedError | undefined> {
    this.#watchOpening();
    this.#connection = await connect(
      this.#details,
      this.#channel,
      {
        attaching: () => this.#attaching(),
        attached: () => this.#attached(),
        message: (body) => {
          // Should a later library not tell of the attach, its first message does.
          if (this.#opening) this.#attached();
          if (this.#settling) this.#settled();
          this.#holder.message(body);
        },
        failed: (error) => this.end(error),
      },
      this.#timing.closeMs,
    );
    return this.#lost;
  }

  /** Settles within the time a connection has for it; never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#opening);
    clearTimeout(this.#settling);
    // Messages may still come.
    this.#opening = undefined;
    this.#settling = undefined;
    await this.#connection?.close();
  }

  #attaching(): void {
    if (this.attachedAt === undefined) return;
    clearTimeout(this.#settling);
    this.#settling = undefined;
    // The library has no back-off for a link that is closed as soon as it is open.
    if (clock.steady() - this.attachedAt < this.#timing.steadyMs) this.end(FEED_ERRORS.cut);
    else this.#holder.reattaching();
    this.#watchOpening();
  }

  #attached(): void {
    clearTimeout(this.#opening);
    this.#opening = undefined;
    this.attachedAt = clock.steady();
    // A link that is refused opens first and is closed at once.
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settled(), this.#timing.settleMs);
    this.#settling.unref();
  }

  #settled(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#holder.attached();
  }

  #watchOpening(): void {
    clearTimeout(this.#opening);
    this.#opening = setTimeout(() => this.end(FEED_ERRORS.noAnswer), this.#timing.openMs);
    this.#opening.unref();
  }
}
