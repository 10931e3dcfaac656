import type { Api, OpenApi } from '../api';
import type { Tokens } from '../http/requester';
import type { StoreView } from '../state/store';
import { BackgroundTasks } from './background-tasks';
import { loadDetails } from './bus/details';
import type { Feed, FeedListener, FeedOptions, FeedStatus } from './types';
import { ChargerHub } from './charger-hub';
import { InstallationFeed } from './installation-feed';
import { Memory } from './memory';
import type { MessageSource } from './bus/message-source';
import type { OpenSource } from './bus/source';
import { Stream, type InspectionResult } from './bus/stream';
import { mostActive } from './missed-changes';
import { TIMING, type FeedTiming } from './timing';

/** For tests: other spans than the usual ones. */
export interface FeedInternals {
  timing?: Partial<FeedTiming>;
}

interface SharedFeed {
  readonly key: string;
  readonly installationId: string;
  readonly feed: InstallationFeed;
  readonly lingerMs: number;
  users: number;
  leaving: NodeJS.Timeout | undefined;
}

interface SharedStream {
  stream: Stream;
  feeds: Set<InstallationFeed>;
}

/**
 * The feeds of an account: one line per installation, one stream per topic, however many open them, since everybody
 * shares one subscription and two receivers would split the messages.
 */
export class Feeds {
  readonly hub = new ChargerHub();
  readonly #openApi: OpenApi;
  readonly #memory = new Memory(this.hub);
  readonly #feeds = new Map<string, SharedFeed>();
  readonly #streams = new Map<string, SharedStream>();
  #api: Api | undefined;
  #tasks: BackgroundTasks | undefined;

  /** @param openApi of the account: feeds outlive the client that opened them, and hold an API of their own. */
  constructor(openApi: OpenApi) {
    this.#openApi = openApi;
  }

  open(options: FeedOptions, tokens: Tokens, internals: FeedInternals = {}): Feed {
    this.#use(tokens);
    const kept = this.#hold(options, { ...TIMING, ...internals.timing });
    const { feed } = kept;
    const ready = this.#memory.use(options.memory).then(() => {
      feed.start();
      return feed.ready;
    });
    const leaving = new Set<() => void>();
    let closed = false;
    return {
      get status() {
        return feed.status;
      },
      store: this.hub.store,
      ready,
      listen: (listener: FeedListener) => {
        const unsubscribe = feed.listen(listener);
        leaving.add(unsubscribe);
        return () => {
          leaving.delete(unsubscribe);
          unsubscribe();
        };
      },
      covers: (chargerId) => feed.covers(chargerId),
      close: () => {
        if (closed) return;
        closed = true;
        for (const unsubscribe of leaving) unsubscribe();
        this.#memory.leave(options.memory);
        this.#release(kept);
      },
    };
  }

  /** How each feed is doing that somebody has opened. */
  get statuses(): { installationId: string; status: FeedStatus }[] {
    return [...this.#feeds.values()].map(({ installationId, feed }) => ({ installationId, status: feed.status }));
  }

  /** What the store knows of a charger, when a live feed keeps it up to date. */
  liveView(chargerId: string, options: { observations?: boolean }): StoreView | undefined {
    const id = chargerId.toLowerCase();
    if (![...this.#feeds.values()].some(({ feed }) => feed.covers(id))) return undefined;
    const view = this.hub.store.view(id, options);
    // However long ago: had anything changed, a message would have come.
    return view && { ...view, stale: view.snapshot.online === false };
  }

  close(): void {
    for (const kept of this.#feeds.values()) {
      clearTimeout(kept.leaving);
      kept.feed.close();
    }
    for (const { stream } of this.#streams.values()) stream.close();
    this.#feeds.clear();
    this.#streams.clear();
    this.#memory.close();
    this.#tasks?.close();
    this.hub.close();
    this.#api?.close();
  }

  /** The newest password counts. */
  #use(tokens: Tokens): void {
    if (this.#api?.tokens === tokens) return;
    this.#api?.close();
    this.#api = this.#openApi(tokens, { readOnly: true });
  }

  #reach(): Api {
    if (!this.#api) throw new Error('No feed was opened yet');
    return this.#api;
  }

  #hold(options: FeedOptions, timing: FeedTiming): SharedFeed {
    const { installationId, userGroup = '', lookUpGroups = false } = options;
    const key = [installationId, userGroup, lookUpGroups].join('\n').toLowerCase();
    let kept = this.#feeds.get(key);
    if (!kept) {
      const feed: InstallationFeed = new InstallationFeed(
        {
          hub: this.hub,
          timing,
          api: () => this.#reach(),
          acquire: (found) => this.#acquire(feed, found, options, timing),
          release: () => this.#leave(feed),
        },
        options,
      );
      kept = { key, installationId, feed, users: 0, lingerMs: timing.lingerMs, leaving: undefined };
      this.#feeds.set(key, kept);
    }
    this.#tasks ??= new BackgroundTasks(
      {
        hub: this.hub,
        api: () => this.#reach(),
        covers: (id) => [...this.#feeds.values()].some(({ feed }) => feed.ids.has(id)),
        watched: () => [...this.#feeds.values()].map(({ feed }) => feed.watched),
      },
      timing,
    );
    clearTimeout(kept.leaving);
    kept.users += 1;
    return kept;
  }

  #release(kept: SharedFeed): void {
    kept.users -= 1;
    if (kept.users > 0) return;
    kept.leaving = setTimeout(() => {
      this.#feeds.delete(kept.key);
      kept.feed.close();
      this.#leave(kept.feed);
    }, kept.lingerMs);
    kept.leaving.unref();
  }

  #acquire(feed: InstallationFeed, found: OpenSource, options: FeedOptions, timing: FeedTiming): Stream {
    const key = `${found.source.kind} ${found.source.id}`;
    const kept = this.#streams.get(key) ?? { feeds: new Set(), stream: this.#open(key, found, options, timing) };
    this.#streams.set(key, kept);
    kept.feeds.add(feed);
    return kept.stream;
  }

  #open(key: string, found: OpenSource, options: FeedOptions, timing: FeedTiming): Stream {
    const context = {
      load: (source: MessageSource, signal: AbortSignal) => loadDetails(this.#reach().caller, source, signal),
      message: (body: unknown) => this.hub.message(body),
      inspect: () => this.#inspect(key),
    };
    const { transport = 'auto', silenceMs = timing.silenceMs } = options;
    return new Stream(found, context, { transport, silenceMs, timing });
  }

  #leave(feed: InstallationFeed): void {
    for (const [key, { stream, feeds }] of this.#streams) {
      if (!feeds.delete(feed) || feeds.size > 0) continue;
      this.#streams.delete(key);
      stream.close();
    }
  }

  /** One charger stands for the whole stream. */
  async #inspect(key: string): Promise<InspectionResult> {
    const feeds = [...(this.#streams.get(key)?.feeds ?? [])];
    const chosen = mostActive(
      this.hub.store,
      feeds.flatMap(({ ids }) => [...ids]),
    );
    const feed = feeds.find(({ ids }) => chosen !== undefined && ids.has(chosen));
    return feed && chosen !== undefined ? feed.inspect(chosen) : 'unknown';
  }
}
