import type { FeedStatus } from '../../src/client';
import { guarded } from '../shared/guard';

/** A stream that is back within this, in ms, was not lost: lines break and mend every day. */
const GRACE_MS = 60_000;

/**
 * Watches the state of one feed for the two events that belong to no charger. A stream that was never there cannot get
 * lost.
 */
export class StreamEvents {
  #stood: 'never' | 'live' | 'lost' = 'never';
  #last: FeedStatus | undefined;
  #grace: NodeJS.Timeout | undefined;
  readonly #emit: (event: 'stream-lost' | 'stream-back', status: FeedStatus) => void;
  readonly #report: (thrown: unknown) => void;

  constructor(
    emit: (event: 'stream-lost' | 'stream-back', status: FeedStatus) => void,
    report: (thrown: unknown) => void,
  ) {
    this.#emit = emit;
    this.#report = report;
  }

  onStatus(status: FeedStatus): void {
    this.#last = status;
    if (status.state === 'live') this.#back(status);
    else if (status.state === 'unavailable') this.#lost();
    else if (status.state === 'polling' && this.#stood === 'live') {
      this.#grace ??= setTimeout(
        guarded(() => this.#lost(), this.#report),
        GRACE_MS,
      ).unref();
    }
  }

  close(): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
  }

  #back(status: FeedStatus): void {
    this.close();
    const wasLost = this.#stood === 'lost';
    this.#stood = 'live';
    if (wasLost) this.#emit('stream-back', status);
  }

  #lost(): void {
    this.close();
    if (this.#stood !== 'live' || !this.#last) return;
    this.#stood = 'lost';
    this.#emit('stream-lost', this.#last);
  }
}
