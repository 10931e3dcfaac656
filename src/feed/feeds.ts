import type { Api } from '../api';
import { SessionClaims } from '../cluster/session-claims';
import type { StoreView } from '../state/store';
import { Lease } from '../time/lease';
import { BackgroundTasks } from './background-tasks';
import { loadDetails } from './bus/details';
import type { MessageSource } from './bus/message-source';
import type { OpenSource } from './bus/source';
import type { CheckResult, MessageStream } from './bus/stream';
import { ChargerHub } from './charger-hub';
import { InstallationFeed } from './installation-feed';
import { Memory } from './memory';
import { liveliest } from './missed-changes';
import { TIMING, type FeedTiming } from './timing';
import { topicKey, TopicStreams, type StreamShare } from './topic-streams';
import type { Feed, FeedListener, FeedOptions, FeedStatus, FeedTransport } from './types';

/** For tests: other spans than the usual ones. */
export interface FeedInternals {
  timing?: Partial<FeedTiming>;
}

export interface FeedSummary {
  installationId: string;
  status: FeedStatus;
  /** Undefined while there is no stream. */
  source: MessageSource | undefined;
}

interface SharedFeed {
  readonly installationId: string;
  readonly feed: InstallationFeed;
  readonly lease: Lease;
  /** As it was opened last. */
  transport: FeedTransport;
}

interface SharedStream {
  share: StreamShare;
  feeds: Set<InstallationFeed>;
}

/** Whose feeds these are. */
export interface FeedAccount {
  readonly id: string;
  readonly baseUrl: string;
  /** Share one receiver for each topic with other machines. */
  readonly redisUrl?: string | undefined;
  /** Feeds outlive the client that opened them, and hold an API of their own. */
  openApi(): Api;
}

const streamsOfProcess = new TopicStreams();

/**
 * The feeds of an account: one for each installation, and one stream for each topic, however many open them, since
 * everybody shares one subscription and two receivers would split the messages.
 */
export class Feeds {
  readonly hub = new ChargerHub();
  readonly #account: FeedAccount;
  readonly #memory: Memory;
  readonly #feeds = new Map<string, SharedFeed>();
  readonly #streams = new Map<string, SharedStream>();
  #openedApi: Api | undefined;
  #tasks: BackgroundTasks | undefined;
  readonly #claims: SessionClaims | undefined;

  constructor(account: FeedAccount) {
    this.#account = account;
    this.#memory = new Memory(this.hub, account.id);
    const { outbox } = this.hub;
    if (!account.redisUrl) return;
    this.#claims = new SessionClaims(account.redisUrl, account.id, () => outbox.flush());
    outbox.turns = this.#claims;
  }

  open(options: FeedOptions, internals: FeedInternals = {}): Feed {
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

  /** How each open feed is doing, and where its messages come from. */
  get statuses(): FeedSummary[] {
    return [...this.#feeds.values()].map(({ installationId, feed }) => {
      const { status, source } = feed;
      return { installationId, status, source };
    });
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
    for (const { share } of this.#streams.values()) share.leave();
    this.#feeds.clear();
    this.#streams.clear();
    this.#memory.close();
    this.#tasks?.close();
    this.hub.close();
    this.#claims?.close();
    this.#openedApi?.close();
  }

  /** Opened with the first feed. */
  get #api(): Api {
    return (this.#openedApi ??= this.#account.openApi());
  }

  #share(options: FeedOptions, timing: FeedTiming): SharedFeed {
    const { installationId, userGroup = '', lookUpGroups = false, transport = 'auto' } = options;
    const key = [installationId, userGroup, lookUpGroups].join('\n').toLowerCase();
    let shared = this.#feeds.get(key);
    if (!shared) {
      const feed: InstallationFeed = new InstallationFeed(
        {
          hub: this.hub,
          timing,
          api: () => this.#api,
          acquire: (found) => this.#acquireStream(opened, found, options, timing),
          release: () => this.#releaseStream(feed),
        },
        options,
      );
      const lease = new Lease(timing.lingerMs, () => {
        this.#feeds.delete(key);
        feed.close();
        this.#releaseStream(feed);
      });
      const opened: SharedFeed = { installationId, feed, lease, transport };
      shared = opened;
      this.#feeds.set(key, shared);
    }
    // A person who deploys again has perhaps mended what was wrong.
    if (shared.lease.users === 0) shared.feed.retryNow();
    this.#useTransport(shared, transport);
    this.#tasks ??= this.#startTasks(timing);
    return shared;
  }

  #startTasks(timing: FeedTiming): BackgroundTasks {
    const feeds = () => [...this.#feeds.values()].map(({ feed }) => feed);
    return new BackgroundTasks(
      {
        hub: this.hub,
        api: () => this.#api,
        covers: (id) => feeds().some(({ ids }) => ids.has(id)),
        targets: () => feeds().map(({ backfillTarget }) => backfillTarget),
      },
      timing,
    );
  }

  /** The newest opener decides how the bus is reached. */
  #useTransport(shared: SharedFeed, transport: FeedTransport): void {
    if (shared.transport === transport) return;
    shared.transport = transport;
    for (const { share, feeds } of this.#streams.values()) {
      if (feeds.has(shared.feed)) share.stream.useTransport(transport);
    }
  }

  #acquireStream(
    { feed, transport }: SharedFeed,
    found: OpenSource,
    options: FeedOptions,
    timing: FeedTiming,
  ): MessageStream {
    const key = topicKey(found.details);
    const known = this.#streams.get(key);
    const shared = known ?? { feeds: new Set(), share: this.#join(key, found, options, { timing, transport }) };
    this.#streams.set(key, shared);
    shared.feeds.add(feed);
    return shared.share.stream;
  }

  #join(
    key: string,
    found: OpenSource,
    { idleMs }: FeedOptions,
    { timing, transport }: { timing: FeedTiming; transport: FeedTransport },
  ): StreamShare {
    const user = {
      // Its own source: another account may know the topic by another one.
      load: (_: unknown, signal: AbortSignal) => loadDetails(this.#api.caller, found.source, signal),
      onMessage: this.hub.onMessage,
      check: () => this.#check(key),
    };
    const { positions } = this.hub;
    const share = streamsOfProcess.join(this.#account.baseUrl, found, user, {
      transport,
      idleMs: idleMs ?? timing.idleMs,
      timing,
      redisUrl: this.#account.redisUrl,
      position: positions.get(key),
    });
    const untrack = positions.track(key, () => share.stream.position);
    return {
      stream: share.stream,
      leave: () => {
        untrack();
        share.leave();
      },
    };
  }

  #releaseStream(feed: InstallationFeed): void {
    for (const [key, { share, feeds }] of this.#streams) {
      if (!feeds.delete(feed) || feeds.size > 0) continue;
      this.#streams.delete(key);
      share.leave();
    }
  }

  /** One charger stands for the whole stream. */
  async #check(key: string): Promise<CheckResult> {
    const feeds = [...(this.#streams.get(key)?.feeds ?? [])];
    const chosen = liveliest(
      this.hub.store,
      feeds.flatMap(({ ids }) => [...ids]),
    );
    if (chosen === undefined) return 'unknown';
    return feeds.find(({ ids }) => ids.has(chosen))?.check(chosen) ?? 'unknown';
  }
}
