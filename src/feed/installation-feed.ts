import type { Api } from '../api';
import { STATE_FLOOR } from '../http/endpoints';
import { clock } from '../time/clock';
import type { MessageSource } from './bus/message-source';
import type { OpenSource } from './bus/source';
import { SourceFinder } from './bus/source-finder';
import type { CheckResult, MessageStream } from './bus/stream';
import type { ChargerHub, Fill } from './charger-hub';
import { ChargerList } from './charger-list';
import { Listeners } from './listeners';
import { hasMissedChange } from './missed-changes';
import { SecondConsumerDetector } from './second-consumer';
import type { BackfillTarget } from './session-backfill';
import { SkippedMessages } from './skipped-messages';
import { StateReader, type StreamSituation } from './state-reader';
import { statusKey, statusOf } from './status';
import type { FeedTiming } from './timing';
import type { FeedListener, FeedOptions, FeedStatus } from './types';

export interface InstallationFeedContext {
  readonly hub: ChargerHub;
  readonly timing: FeedTiming;
  api(): Api;
  acquire(found: OpenSource): MessageStream;
  release(): void;
}

/** The feed of one installation, shared by all who opened it: its stream, what is read beside it, its listeners. */
export class InstallationFeed {
  /** After the first fill, or when that took too long; never rejects. */
  readonly ready: Promise<void>;
  readonly #context: InstallationFeedContext;
  readonly #installationId: string;
  readonly #finder: SourceFinder;
  readonly #list: ChargerList;
  readonly #reader: StateReader;
  readonly #secondConsumer: SecondConsumerDetector;
  readonly #skipped: SkippedMessages;
  readonly #listeners: Listeners;
  readonly #unsubscribe: readonly (() => void)[];
  /** ms of `clock.steady()` */
  readonly #openedAt = clock.steady();
  readonly #tried = new Set<string>();
  /** The chargers of a list whose state `ready` still waits for. */
  #awaited: { ids: ReadonlySet<string>; left: Set<string> } | undefined;
  readonly #stopping = new AbortController();
  #markReady: () => void = () => undefined;
  /** ms of `clock.steady()` */
  #retriedAt = -Infinity;
  /** ms of `clock.steady()` */
  #awaySince: number | undefined;
  /** ms of `clock.now()` */
  #missedChangeAt = -Infinity;
  /** When content of messages was last lost, ms of `clock.now()`. */
  #lostAt = -Infinity;
  #loss: NodeJS.Timeout | undefined;
  #isLostAgain = false;
  #pollWorks = false;
  #isReady = false;
  #started = false;
  #lastStatus: FeedStatus | undefined;

  constructor(context: InstallationFeedContext, options: FeedOptions) {
    const { hub, timing } = context;
    const query = { ...options, installationId: options.installationId.toLowerCase() };
    const api = () => context.api();
    const onChange = () => this.#onChange();
    this.#context = context;
    this.#secondConsumer = new SecondConsumerDetector(timing.fillEveryMs);
    this.#skipped = new SkippedMessages({
      detector: this.#secondConsumer,
      lateMs: timing.lateMs,
      ids: () => this.ids,
      readAll: () => this.#onLoss(),
    });
    this.#installationId = query.installationId;
    this.ready = new Promise((resolve) => (this.#markReady = resolve));
    this.#list = new ChargerList(query.installationId, hub.store, api, () => {
      onChange();
      hub.outbox.flush();
    });
    const sessions = { installationId: query.installationId, outbox: hub.outbox };
    this.#listeners = new Listeners(this.#list, sessions);
    this.#unsubscribe = [
      hub.subscribe(this.#listeners),
      hub.subscribe({
        chargers: this.#list,
        filled: (fill) => this.#onFill(fill),
        unlisted: (id) => this.#list.unlisted(id),
        damaged: () => this.#onLoss(),
      }),
    ];
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

  /** Begins, once, when the store has been restored. */
  start(): void {
    if (this.#started || this.#stopping.signal.aborted) return;
    this.#started = true;
    this.#lastStatus = this.status;
    setTimeout(this.#markReady, this.#context.timing.readyMs).unref();
    this.#list.start();
    this.#finder.start();
  }

  /** Ends a wait for the next try to reach the bus, unless that was done a moment ago. */
  retryNow(): void {
    const now = clock.steady();
    if (now - this.#retriedAt < this.#context.timing.reopenMs) return;
    this.#retriedAt = now;
    this.#finder.retryNow();
  }

  /** Where its messages come from, while there is a stream. */
  get source(): MessageSource | undefined {
    return this.#finder.stream?.source;
  }

  /** The chargers of the installation. */
  get ids(): ReadonlySet<string> {
    return this.#list.ids;
  }

  get status(): FeedStatus {
    const status = statusOf({
      closed: this.#stopping.signal.aborted,
      stream: this.#finder.stream,
      error: this.#finder.error,
      pollWorks: this.#pollWorks,
      secondConsumer: this.#secondConsumer.suspected,
    });
    const last = this.#lastStatus;
    return { ...status, since: status.state === last?.state ? last.since : clock.iso() };
  }

  listen(listener: FeedListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Live and up to date: the store is as good as the answer to a request. */
  covers(chargerId: string): boolean {
    const { stream } = this.#finder;
    if (stream?.state.kind !== 'live' || this.#isSplit || !this.ids.has(chargerId)) return false;
    return (
      (this.#context.hub.store.filledAt(chargerId) ?? -Infinity) >=
      Math.max(this.#completeSince(stream), this.#skipped.skippedAt)
    );
  }

  get backfillTarget(): BackfillTarget {
    const { stream } = this.#finder;
    const awayMs = clock.steady() - (this.#awaySince ?? Infinity);
    return {
      installationId: this.#installationId,
      ids: this.ids,
      completeSince: stream?.state.kind === 'live' ? this.#completeSince(stream) : undefined,
      missedChangeAt: this.#missedChangeAt,
      doubtful: this.#isSplit || awayMs > this.#context.timing.gapMs,
    };
  }

  /** Reads one charger to learn whether messages fail to come. Never rejects. */
  async check(chargerId: string): Promise<CheckResult> {
    let result: CheckResult = 'unknown';
    const { hub, timing } = this.#context;
    const since = this.#finder.stream?.gapEndedAt ?? Infinity;
    const unsubscribe = hub.subscribe({
      chargers: { ids: new Set([chargerId]) },
      filled: (fill) => (result = hasMissedChange(fill, since, timing.lateMs) ? 'changed' : 'quiet'),
    });
    try {
      await this.#read(chargerId, true);
    } catch {
      // Then the result stays unknown.
    }
    unsubscribe();
    return result;
  }

  close(): void {
    this.#stopping.abort();
    this.#onChange();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#finder.close();
    this.#list.close();
    clearTimeout(this.#loss);
    this.#skipped.close();
    this.#reader.close();
    this.#markReady();
  }

  /** From when on no message was lost, as far as can be known, ms of `clock.now()`. */
  #completeSince(stream: MessageStream): number {
    return Math.max(stream.gapEndedAt, this.#lostAt);
  }

  /** Chargers are read again, as after a gap: while more is lost, at most once in `gapMs`. */
  #onLoss(): void {
    this.#isLostAgain = this.#loss !== undefined;
    if (this.#isLostAgain) return;
    this.#lostAt = clock.now();
    this.#loss = setTimeout(() => {
      this.#loss = undefined;
      if (this.#isLostAgain) this.#onLoss();
    }, this.#context.timing.gapMs).unref();
    this.#onChange();
  }

  /** Others seem to receive some of the messages, or may do so. */
  get #isSplit(): boolean {
    return this.#secondConsumer.suspected || this.#finder.stream?.sharing?.isSplit === true;
  }

  async #read(chargerId: string, refresh: boolean): Promise<void> {
    const { signal } = this.#stopping;
    await this.#context.api().chargers.state(chargerId, { lane: 'background', refresh, signal });
  }

  #situation(): StreamSituation {
    const { stream, error } = this.#finder;
    if (stream?.state.kind === 'live') {
      return {
        kind: 'live',
        gapEndedAt: this.#completeSince(stream),
        alert: this.#secondConsumer.alert || this.#isSplit,
      };
    }
    const failing = error ?? stream?.state.error;
    if (failing || clock.steady() - this.#openedAt > this.#context.timing.openMs) {
      return { kind: 'away', since: this.#awaySince ?? this.#openedAt };
    }
    return { kind: 'wait' };
  }

  #onFill(fill: Fill): void {
    this.#checkReady();
    const { stream } = this.#finder;
    if (stream?.state.kind !== 'live' || (fill.filledBefore ?? -Infinity) < stream.gapEndedAt) return;
    const missed = hasMissedChange(fill, stream.gapEndedAt, this.#context.timing.lateMs);
    if (missed) this.#missedChangeAt = clock.now();
    if (this.#secondConsumer.onRead(missed, stream.lastMessageAt)) {
      this.#secondConsumer.reset();
      stream.markDead();
    }
    this.#skipped.onRead(fill.chargerId);
    this.#onChange();
  }

  #onTried(chargerId: string, ok: boolean): void {
    this.#pollWorks = ok;
    this.#tried.add(chargerId);
    this.#onChange();
  }

  #checkReady(): void {
    if (this.#isReady || !this.#list.wasTried) return;
    const { ids } = this;
    if (this.#awaited?.ids !== ids) this.#awaited = { ids, left: new Set(ids) };
    const { left } = this.#awaited;
    for (const id of left) {
      if (!this.#tried.has(id) && !this.#isUpToDate(id)) return;
      left.delete(id);
    }
    this.#isReady = true;
    this.#markReady();
  }

  /** Another node may have read the charger: then this feed does not read it for the time being. */
  #isUpToDate(id: string): boolean {
    const readAt = this.#context.hub.store.filledAt(id) ?? -Infinity;
    const situation = this.#situation();
    if (situation.kind === 'live') return readAt >= situation.gapEndedAt;
    return situation.kind === 'away' && clock.now() - readAt < STATE_FLOOR.chargingMs;
  }

  #onChange(): void {
    const live = this.#finder.stream?.state.kind === 'live';
    if (live) this.#awaySince = undefined;
    else this.#awaySince ??= clock.steady();
    this.#skipped.notice(this.#finder.stream?.skippedAt);
    this.#checkReady();
    const status = this.status;
    if (!this.#lastStatus || statusKey(status) !== statusKey(this.#lastStatus)) {
      this.#lastStatus = status;
      this.#listeners.status(status);
    }
    this.#reader.schedule();
  }
}
