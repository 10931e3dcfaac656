import type { Api } from '../api';
import type { FeedListener, FeedOptions, FeedStatus } from './types';
import { SourceFinder } from './bus/source-finder';
import type { Listening } from './session-backfill';
import type { Fill, ChargerHub } from './charger-hub';
import { Listeners } from './listeners';
import { StateReader, type Situation } from './state-reader';
import { ChargerList } from './charger-list';
import type { OpenSource } from './bus/source';
import { gist, statusOf } from './status';
import type { Stream, Verdict } from './bus/stream';
import { isSurprise } from './missed-changes';
import { SecondConsumerDetector } from './second-consumer';
import type { FeedTiming } from './timing';
import { clock } from '../time/clock';

export interface InstallationFeedContext {
  readonly hub: ChargerHub;
  readonly timing: FeedTiming;
  api(): Api;
  acquire(found: OpenSource): Stream;
  release(): void;
}

/** The feed of one installation, shared by all who opened it: its stream, what is read beside it, who is told. */
export class InstallationFeed {
  /** After the first fill, or when it took too long; never rejects. */
  readonly ready: Promise<void>;
  readonly #world: InstallationFeedContext;
  readonly #installationId: string;
  readonly #finder: SourceFinder;
  readonly #roster: ChargerList;
  readonly #reader: StateReader;
  readonly #suspicion = new SecondConsumerDetector();
  readonly #listeners = new Listeners();
  readonly #leave: () => void;
  readonly #openedAt = clock.now();
  readonly #tried = new Set<string>();
  readonly #stopping = new AbortController();
  #markReady: () => void = () => undefined;
  #awaySince: number | undefined;
  #surprisedAt = -Infinity;
  #pollWorks = false;
  #started = false;
  #told: FeedStatus | undefined;

  constructor(world: InstallationFeedContext, options: FeedOptions) {
    const { hub, timing } = world;
    const wish = { ...options, installationId: options.installationId.toLowerCase() };
    const api = () => world.api();
    const onChange = () => this.#onChange();
    this.#world = world;
    this.#installationId = wish.installationId;
    this.ready = new Promise((resolve) => (this.#markReady = resolve));
    this.#leave = hub.join({
      covers: (id) => this.ids.has(id),
      change: (change) => this.#listeners.tell((l) => l.change?.(change)),
      event: (event) => this.#listeners.tellOrHold((l) => l.event?.(event)),
      session: (entry) => this.#listeners.tellOrHold((l) => l.session?.(entry)),
      filled: (fill) => this.#onFill(fill),
      stranger: (id) => this.#roster.stranger(id),
    });
    this.#roster = new ChargerList(wish.installationId, hub.store, api, onChange);
    this.#finder = new SourceFinder(wish, {
      timing,
      api,
      onChange,
      acquire: (found) => world.acquire(found),
      release: () => world.release(),
    });
    this.#reader = new StateReader(
      {
        store: hub.store,
        ids: () => this.ids,
        situation: () => this.#situation(),
        read: (id, refresh) => this.#read(id, refresh),
        onTried: (id, ok) => this.#onTried(id, ok),
      },
      timing,
    );
  }

  /** Begins, once, with what is remembered already in the store. */
  start(): void {
    if (this.#started || this.#stopping.signal.aborted) return;
    this.#started = true;
    this.#told = this.status;
    setTimeout(this.#markReady, this.#world.timing.readyMs).unref();
    this.#roster.start();
    this.#finder.start();
  }

  /** The chargers of the installation. */
  get ids(): ReadonlySet<string> {
    return this.#roster.ids;
  }

  get status(): FeedStatus {
    const status = statusOf({
      closed: this.#stopping.signal.aborted,
      stream: this.#finder.stream,
      trouble: this.#finder.trouble,
      pollWorks: this.#pollWorks,
      suspected: this.#suspicion.suspected,
    });
    return { ...status, since: status.state === this.#told?.state ? this.#told.since : clock.iso() };
  }

  listen(listener: FeedListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Live and up to date: what the store has is as good as what a request would tell. */
  covers(chargerId: string): boolean {
    const { stream } = this.#finder;
    if (stream?.state.kind !== 'live' || this.#suspicion.suspected || !this.ids.has(chargerId)) return false;
    return (this.#world.hub.store.filledAt(chargerId) ?? -Infinity) >= stream.gapEndedAt;
  }

  get listening(): Listening {
    const { stream } = this.#finder;
    const awayMs = clock.now() - (this.#awaySince ?? Infinity);
    return {
      installationId: this.#installationId,
      ids: this.ids,
      heardSince: stream?.state.kind === 'live' ? stream.gapEndedAt : undefined,
      surprisedAt: this.#surprisedAt,
      doubtful: this.#suspicion.suspected || awayMs > this.#world.timing.gapMs,
    };
  }

  /** Reads one charger to learn whether messages fail to come. Never rejects. */
  async inspect(chargerId: string): Promise<Verdict> {
    let verdict: Verdict = 'unknown';
    const { hub, timing } = this.#world;
    const since = this.#finder.stream?.gapEndedAt ?? Infinity;
    const deaf = hub.join({
      covers: (id) => id === chargerId,
      filled: (fill) => (verdict = isSurprise(fill, since, timing.lateMs) ? 'changed' : 'quiet'),
    });
    try {
      await this.#read(chargerId, true);
    } catch {
      // Then nothing is known.
    }
    deaf();
    return verdict;
  }

  close(): void {
    this.#stopping.abort();
    this.#onChange();
    this.#leave();
    this.#finder.close();
    this.#roster.close();
    this.#reader.close();
    this.#markReady();
  }

  async #read(chargerId: string, refresh: boolean): Promise<number> {
    const { signal } = this.#stopping;
    const { meta } = await this.#world.api().chargers.state(chargerId, { lane: 'background', refresh, signal });
    return Date.parse(meta.time);
  }

  #situation(): Situation {
    const { stream, trouble } = this.#finder;
    if (stream?.state.kind === 'live') {
      return { kind: 'live', gapEndedAt: stream.gapEndedAt, alert: this.#suspicion.alert };
    }
    const failing = trouble ?? stream?.state.trouble;
    if (failing || clock.now() - this.#openedAt > this.#world.timing.openMs) {
      return { kind: 'away', since: this.#awaySince ?? this.#openedAt };
    }
    return { kind: 'wait' };
  }

  #onFill(fill: Fill): void {
    const { stream } = this.#finder;
    if (stream?.state.kind !== 'live' || (fill.filledBefore ?? -Infinity) < stream.gapEndedAt) return;
    const surprise = isSurprise(fill, stream.gapEndedAt, this.#world.timing.lateMs);
    if (surprise) this.#surprisedAt = clock.now();
    if (this.#suspicion.read(surprise, stream.lastMessageAt)) {
      this.#suspicion.reset();
      stream.distrust();
    }
    this.#onChange();
  }

  #onTried(chargerId: string, ok: boolean): void {
    this.#pollWorks = ok;
    this.#tried.add(chargerId);
    this.#onChange();
  }

  #onChange(): void {
    const live = this.#finder.stream?.state.kind === 'live';
    if (live) this.#awaySince = undefined;
    else this.#awaySince ??= clock.now();
    if (this.#roster.wasTried && [...this.ids].every((id) => this.#tried.has(id))) this.#markReady();
    const status = this.status;
    if (!this.#told || gist(status) !== gist(this.#told)) {
      this.#told = status;
      this.#listeners.tell((listener) => listener.status?.(status));
    }
    this.#reader.poke();
  }
}
