import type { Api } from '../api';
import type { FeedListener, FeedOptions, FeedStatus } from './types';
import { SourceFinder } from './bus/source-finder';
import type { WatchedInstallation } from './session-backfill';
import type { Fill, ChargerHub } from './charger-hub';
import { Listeners } from './listeners';
import { StateReader, type Situation } from './state-reader';
import { ChargerList } from './charger-list';
import type { OpenSource } from './bus/source';
import { statusKey, statusOf } from './status';
import type { Stream, InspectionResult } from './bus/stream';
import { showsMissedChange } from './missed-changes';
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
  readonly #context: InstallationFeedContext;
  readonly #installationId: string;
  readonly #finder: SourceFinder;
  readonly #roster: ChargerList;
  readonly #reader: StateReader;
  readonly #secondConsumer = new SecondConsumerDetector();
  readonly #listeners = new Listeners();
  readonly #leave: () => void;
  readonly #openedAt = clock.now();
  readonly #tried = new Set<string>();
  readonly #stopping = new AbortController();
  #markReady: () => void = () => undefined;
  #awaySince: number | undefined;
  #missedChangeAt = -Infinity;
  #pollWorks = false;
  #started = false;
  #reported: FeedStatus | undefined;

  constructor(context: InstallationFeedContext, options: FeedOptions) {
    const { hub, timing } = context;
    const query = { ...options, installationId: options.installationId.toLowerCase() };
    const api = () => context.api();
    const onChange = () => this.#onChange();
    this.#context = context;
    this.#installationId = query.installationId;
    this.ready = new Promise((resolve) => (this.#markReady = resolve));
    this.#leave = hub.join({
      covers: (id) => this.ids.has(id),
      change: (change) => this.#listeners.notify((l) => l.change?.(change)),
      event: (event) => this.#listeners.notifyOrKeep((l) => l.event?.(event)),
      session: (entry) => this.#listeners.notifyOrKeep((l) => l.session?.(entry)),
      filled: (fill) => this.#onFill(fill),
      onUnknownCharger: (id) => this.#roster.onUnknownCharger(id),
    });
    this.#roster = new ChargerList(query.installationId, hub.store, api, onChange);
    this.#finder = new SourceFinder(query, {
      timing,
      api,
      onChange,
      acquire: (found) => context.acquire(found),
      release: () => context.release(),
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
    this.#reported = this.status;
    setTimeout(this.#markReady, this.#context.timing.readyMs).unref();
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
      error: this.#finder.error,
      pollWorks: this.#pollWorks,
      isShared: this.#secondConsumer.isShared,
    });
    return { ...status, since: status.state === this.#reported?.state ? this.#reported.since : clock.iso() };
  }

  listen(listener: FeedListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Live and up to date: what the store has is as good as what a request would tell. */
  covers(chargerId: string): boolean {
    const { stream } = this.#finder;
    if (stream?.state.kind !== 'live' || this.#secondConsumer.isShared || !this.ids.has(chargerId)) return false;
    return (this.#context.hub.store.filledAt(chargerId) ?? -Infinity) >= stream.gapEndedAt;
  }

  get watched(): WatchedInstallation {
    const { stream } = this.#finder;
    const awayMs = clock.now() - (this.#awaySince ?? Infinity);
    return {
      installationId: this.#installationId,
      ids: this.ids,
      messagesSince: stream?.state.kind === 'live' ? stream.gapEndedAt : undefined,
      missedChangeAt: this.#missedChangeAt,
      isDoubtful: this.#secondConsumer.isShared || awayMs > this.#context.timing.gapMs,
    };
  }

  /** Reads one charger to learn whether messages fail to come. Never rejects. */
  async inspect(chargerId: string): Promise<InspectionResult> {
    let result: InspectionResult = 'unknown';
    const { hub, timing } = this.#context;
    const since = this.#finder.stream?.gapEndedAt ?? Infinity;
    const unsubscribe = hub.join({
      covers: (id) => id === chargerId,
      filled: (fill) => (result = showsMissedChange(fill, since, timing.lateMs) ? 'changed' : 'quiet'),
    });
    try {
      await this.#read(chargerId, true);
    } catch {
      // Then nothing is known.
    }
    unsubscribe();
    return result;
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
    const { meta } = await this.#context.api().chargers.state(chargerId, { lane: 'background', refresh, signal });
    return Date.parse(meta.time);
  }

  #situation(): Situation {
    const { stream, error } = this.#finder;
    if (stream?.state.kind === 'live') {
      return { kind: 'live', gapEndedAt: stream.gapEndedAt, alert: this.#secondConsumer.alert };
    }
    const failing = error ?? stream?.state.error;
    if (failing || clock.now() - this.#openedAt > this.#context.timing.openMs) {
      return { kind: 'away', since: this.#awaySince ?? this.#openedAt };
    }
    return { kind: 'wait' };
  }

  #onFill(fill: Fill): void {
    const { stream } = this.#finder;
    if (stream?.state.kind !== 'live' || (fill.filledBefore ?? -Infinity) < stream.gapEndedAt) return;
    const missed = showsMissedChange(fill, stream.gapEndedAt, this.#context.timing.lateMs);
    if (missed) this.#missedChangeAt = clock.now();
    if (this.#secondConsumer.read(missed, stream.lastMessageAt)) {
      this.#secondConsumer.reset();
      stream.markDead();
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
    if (!this.#reported || statusKey(status) !== statusKey(this.#reported)) {
      this.#reported = status;
      this.#listeners.notify((listener) => listener.status?.(status));
    }
    this.#reader.schedule();
  }
}
