import { findSource, type Found, type OpenSource, type SourceQuery } from './source';
import type { Api } from '../../api';
import type { Stream } from './stream';
import { jittered, type FeedTiming } from '../timing';
import { FEED_ERRORS, type FeedError } from '../feed-error';
import { sleep } from '../../time/sleep';

export interface FinderContext {
  readonly timing: FeedTiming;
  api(): Api;
  acquire(found: OpenSource): Stream;
  release(): void;
  /** The stream, or the reason why there is none, has changed. */
  onChange(): void;
}

/** Finds the way by which an installation's messages come, and a new one when it is closed later; for ever. */
export class SourceFinder {
  readonly #query: SourceQuery;
  readonly #context: FinderContext;
  readonly #stopping = new AbortController();
  #stream: Stream | undefined;
  #error: FeedError | undefined;

  constructor(query: SourceQuery, context: FinderContext) {
    this.#query = query;
    this.#context = context;
  }

  start(): void {
    void this.#run();
  }

  get stream(): Stream | undefined {
    return this.#stream;
  }

  /** Why there is no stream. */
  get error(): FeedError | undefined {
    return this.#error;
  }

  close(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 0; ; tries += 1) {
      const found = await this.#find();
      if (signal.aborted) return;
      this.#error = found.error;
      if (found.details) {
        tries = 0;
        await this.#follow(found);
      } else {
        this.#context.onChange();
      }
      const { refusedMs, retryMs } = this.#context.timing;
      await sleep(jittered(this.#error?.lasting ? refusedMs : retryMs, tries), signal);
    }
  }

  async #find(): Promise<Found> {
    const impatience = setTimeout(() => {
      this.#error ??= FEED_ERRORS.slow;
      this.#context.onChange();
    }, this.#context.timing.openMs);
    impatience.unref();
    try {
      const { caller, installations } = this.#context.api();
      return await findSource(caller, installations, this.#query, this.#stopping.signal);
    } finally {
      clearTimeout(impatience);
    }
  }

  async #follow(found: OpenSource): Promise<void> {
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
