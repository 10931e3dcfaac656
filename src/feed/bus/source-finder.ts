import type { Api } from '../../api';
import { sleep } from '../../time/sleep';
import { FEED_ERRORS, type FeedError } from '../feed-error';
import { retryMs, type FeedTiming } from '../timing';
import { findSource, type OpenSource, type SourceQuery, type SourceResult } from './source';
import type { MessageStream } from './stream';

export interface FinderContext {
  readonly timing: FeedTiming;
  api(): Api;
  acquire(found: OpenSource): MessageStream;
  release(): void;
  /** The stream, or the reason why there is none, has changed. */
  onChange(): void;
}

/** Finds the source of an installation's messages, and another one when Zaptec closes it; for ever. */
export class SourceFinder {
  readonly #query: SourceQuery;
  readonly #context: FinderContext;
  readonly #stopping = new AbortController();
  #stream: MessageStream | undefined;
  #error: FeedError | undefined;
  /** Ends the wait for the next try. */
  #waiting: AbortController | undefined;

  constructor(query: SourceQuery, context: FinderContext) {
    this.#query = query;
    this.#context = context;
  }

  start(): void {
    void this.#run();
  }

  get stream(): MessageStream | undefined {
    return this.#stream;
  }

  /** Why there is no stream. */
  get error(): FeedError | undefined {
    return this.#error;
  }

  /** Ends the wait for the next try, of the stream as well. */
  retryNow(): void {
    this.#waiting?.abort();
    this.#stream?.retryNow();
  }

  close(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const isStopped = () => signal.aborted;
    for (let tries = 0; !isStopped(); tries += 1) {
      const found = await this.#find();
      if (isStopped()) return;
      this.#error = found.error;
      if (found.details) {
        tries = 0;
        await this.#useUntilEnded(found);
      } else {
        this.#context.onChange();
      }
      this.#waiting = new AbortController();
      await sleep(retryMs(this.#context.timing, this.#error, tries), AbortSignal.any([signal, this.#waiting.signal]));
      if (this.#waiting.signal.aborted) tries = 0;
      this.#waiting = undefined;
    }
  }

  async #find(): Promise<SourceResult> {
    const slow = setTimeout(() => {
      this.#error ??= FEED_ERRORS.slow;
      this.#context.onChange();
    }, this.#context.timing.openMs);
    slow.unref();
    try {
      const { caller, installations } = this.#context.api();
      return await findSource(caller, installations, this.#query, this.#stopping.signal);
    } finally {
      clearTimeout(slow);
    }
  }

  async #useUntilEnded(found: OpenSource): Promise<void> {
    const stream = this.#context.acquire(found);
    const unsubscribe = stream.listen(() => this.#context.onChange());
    this.#stream = stream;
    this.#context.onChange();
    await stream.ended;
    unsubscribe();
    this.#error = stream.state.error;
    this.#stream = undefined;
    this.#context.release();
    this.#context.onChange();
  }
}
