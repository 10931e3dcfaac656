import type { Api, OpenApi } from '../api';
import type { Tokens } from '../http/requester';
import type { StoreView } from '../state/store';
import { Lease } from '../time/lease';
import { BackgroundTasks } from './background-tasks';
import { loadDetails } from './bus/details';
import type { OpenSource } from './bus/source';
import { Stream, type CheckResult } from './bus/stream';
import { ChargerHub } from './charger-hub';
import { InstallationFeed } from './installation-feed';
import { Memory } from './memory';
import { liveliest } from './missed-changes';
import { TIMING, type FeedTiming } from './timing';
import type { Feed, FeedListener, FeedOptions, FeedStatus } from './types';

/** For tests: other spans than the usual ones. */
export interface FeedInternals {
  timing?: Partial<FeedTiming>;
}

interface SharedFeed {
  readonly installationId: string;
  readonly feed: InstallationFeed;
  readonly lease: Lease;
}

interface SharedStream {
  stream: Stream;
  feeds: Set<InstallationFeed>;
}

/**
 * The feeds of an account: one for each installation, and one stream for each topic, however many open them, since
 * everybody shares one subscription and two receivers would split the messages.
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
    const { feed, lease } = this.#share(options, { ...TIMING, ...internals.timing });
    const release = lease.acquire();
    const ready = this.#memory.use(options.memory).then(() => {
      feed.start();
      return feed.ready;
    });
    const unsubscribes = new Set<() => void>();
    let closed = false;
    return {
      get status() {
        return feed.status;
      },
      store: this.hub.store,
      ready,
      listen: (listener: FeedListener) => {
        const unsubscribe = feed.listen(listener);
        unsubscribes.add(unsubscribe);
        return () => {
          unsubscribes.delete(unsubscribe);
          unsubscribe();
        };
      },
      covers: (chargerId) => feed.covers(chargerId),
      close: () => {
        if (closed) return;
        closed = true;
        for (const unsubscribe of unsubscribes) unsubscribe();
        this.#memory.leave(options.memory);
        release();
      },
    };
  }

  /** How each open feed is doing. */
  get statuses(): { installationId: string; status: FeedStatus }[] {
    return [...this.#feeds.values()].map(({ installationId, feed }) => ({ installationId, status: feed.status }));
  }

  /** What the store knows of a charger, when a live feed keeps it up to date. */
  liveView(chargerId: string, options: { observations?: boolean }): StoreView | undefined {
    const id = chargerId.toLowerCase();
    if (![...this.#feeds.values()].some(({ feed }) => feed.covers(id))) return undefined;
    const view = this.hub.store.view(id, options);
    // However old: had anything changed, a message would have come.
    return view && { ...view, stale: view.snapshot.online === false };
  }

  close(): void {
    for (const { feed, lease } of this.#feeds.values()) {
      lease.cancel();
      feed.close();
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

  #currentApi(): Api {
    if (!this.#api) throw new Error('No feed was opened yet');
    return this.#api;
  }

  #share(options: FeedOptions, timing: FeedTiming): SharedFeed {
    const { installationId, userGroup = '', lookUpGroups = false } = options;
    const key = [installationId, userGroup, lookUpGroups].join('\n').toLowerCase();
    let shared = this.#feeds.get(key);
    if (!shared) {
      const feed: InstallationFeed = new InstallationFeed(
        {
          hub: this.hub,
          timing,
          api: () => this.#currentApi(),
          acquire: (found) => this.#acquireStream(feed, found, options, timing),
          release: () => this.#releaseStream(feed),
        },
        options,
      );
      const lease = new Lease(timing.lingerMs, () => {
        this.#feeds.delete(key);
        feed.close();
        this.#releaseStream(feed);
      });
      shared = { installationId, feed, lease };
      this.#feeds.set(key, shared);
    }
    this.#tasks ??= this.#startTasks(timing);
    return shared;
  }

  #startTasks(timing: FeedTiming): BackgroundTasks {
    const feeds = () => [...this.#feeds.values()].map(({ feed }) => feed);
    return new BackgroundTasks(
      {
        hub: this.hub,
        api: () => this.#currentApi(),
        covers: (id) => feeds().some(({ ids }) => ids.has(id)),
        targets: () => feeds().map(({ backfillTarget }) => backfillTarget),
      },
      timing,
    );
  }

  #acquireStream(feed: InstallationFeed, found: OpenSource, options: FeedOptions, timing: FeedTiming): Stream {
    const key = `${found.source.kind} ${found.source.id}`;
    const shared = this.#streams.get(key) ?? { feeds: new Set(), stream: this.#open(key, found, options, timing) };
    this.#streams.set(key, shared);
    shared.feeds.add(feed);
    return shared.stream;
  }

  #open(key: string, found: OpenSource, options: FeedOptions, timing: FeedTiming): Stream {
    const { transport = 'auto', idleMs = timing.idleMs } = options;
    return new Stream(
      found,
      {
        load: (source, signal) => loadDetails(this.#currentApi().caller, source, signal),
        onMessage: this.hub.onMessage,
        check: () => this.#check(key),
      },
      { transport, idleMs, timing },
    );
  }

  #releaseStream(feed: InstallationFeed): void {
    for (const [key, { stream, feeds }] of this.#streams) {
      if (!feeds.delete(feed) || feeds.size > 0) continue;
      this.#streams.delete(key);
      stream.close();
    }
  }

  /** One charger stands for the whole stream. */
  async #check(key: string): Promise<CheckResult> {
    const feeds = [...(this.#streams.get(key)?.feeds ?? [])];
    const chosen = liveliest(
      this.hub.store,
      feeds.flatMap(({ ids }) => [...ids]),
    );
    const feed = feeds.find(({ ids }) => chosen !== undefined && ids.has(chosen));
    return feed && chosen !== undefined ? feed.check(chosen) : 'unknown';
  }
}
