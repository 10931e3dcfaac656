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
  readonly #wish: SourceQuery;
  readonly #world: FinderContext;
  readonly #stopping = new AbortController();
  #stream: Stream | undefined;
  #trouble: FeedError | undefined;

  constructor(wish: SourceQuery, world: FinderContext) {
    this.#wish = wish;
    this.#world = world;
  }

  start(): void {
    void this.#run();
  }

  get stream(): Stream | undefined {
    return this.#stream;
  }

  /** Why there is no stream. */
  get trouble(): FeedError | undefined {
    return this.#trouble;
  }

  close(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 0; ; tries += 1) {
      const found = await this.#find();
      if (signal.aborted) return;
      this.#trouble = found.trouble;
      if (found.details) {
        tries = 0;
        await this.#follow(found);
      } else {
        this.#world.onChange();
      }
      const { refusedMs, retryMs } = this.#world.timing;
      await sleep(jittered(this.#trouble?.lasting ? refusedMs : retryMs, tries), signal);
    }
  }

  async #find(): Promise<Found> {
    const impatience = setTimeout(() => {
      this.#trouble ??= FEED_ERRORS.slow;
      this.#world.onChange();
    }, this.#world.timing.openMs);
    impatience.unref();
    try {
      const { caller, installations } = this.#world.api();
      return await findSource(caller, installations, this.#wish, this.#stopping.signal);
    } finally {
      clearTimeout(impatience);
    }
  }

  async #follow(found: OpenSource): Promise<void> {
    const stream = this.#world.acquire(found);
    const deaf = stream.listen(() => this.#world.onChange());
    this.#stream = stream;
    this.#world.onChange();
    await stream.ended;
    deaf();
    this.#trouble = stream.state.trouble;
    this.#stream = undefined;
    this.#world.release();
    this.#world.onChange();
  }
}
