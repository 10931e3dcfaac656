import type { Api } from '../../../src/api';
import type { BusDetails } from '../../../src/feed/bus/details';
import type { MessageSource } from '../../../src/feed/bus/message-source';
import type { MessageStream, StreamSharing, StreamState } from '../../../src/feed/bus/stream';
import { ChargerHub } from '../../../src/feed/charger-hub';
import { FEED_ERRORS, type FeedError } from '../../../src/feed/feed-error';
import { InstallationFeed } from '../../../src/feed/installation-feed';
import { TIMING, type FeedTiming } from '../../../src/feed/timing';
import type { FeedOptions, FeedStatus } from '../../../src/feed/types';
import { clock } from '../../../src/time/clock';

export const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
export const [GARAGE, LEFT, RIGHT] = ['a1', 'a2', 'a3'].map((end) => `0a1b2c3d-0000-4000-8000-0000000000${end}`) as [
  string,
  string,
  string,
];
export const MODE = 710;
export const POWER = 513;

/** What Zaptec answers for the connection to the bus. */
const DETAILS = { Host: '127.0.0.1', Port: 1, UseSSL: false, Username: 'listen', Password: 'made-up' };

/** A stream whose state and whose end a test decides. */
export class StreamInMemory implements MessageStream {
  reconnects = 0;
  received = 0;
  lastMessageAt: number | undefined;
  gapEndedAt = Infinity;
  skippedAt: number | undefined;
  state: StreamState = { kind: 'connecting' };
  sharing: StreamSharing | undefined;
  readonly ended: Promise<void>;
  /** What the feed has asked of it. */
  readonly asked: string[] = [];
  readonly #listeners = new Set<() => void>();
  #end: () => void = () => undefined;

  constructor(
    readonly source: MessageSource,
    readonly details: BusDetails,
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param gapEndedAt when messages were lost before: from then on they were not. */
  goLive(gapEndedAt = this.gapEndedAt === Infinity ? clock.now() : this.gapEndedAt): void {
    this.gapEndedAt = gapEndedAt;
    this.set({ state: { kind: 'live' } });
  }

  goAway(error: FeedError = FEED_ERRORS.cut): void {
    this.set({ state: { kind: 'away', error } });
  }

  set(changed: Partial<Pick<StreamInMemory, 'state' | 'sharing' | 'skippedAt'>>): void {
    Object.assign(this, changed);
    for (const listener of this.#listeners) listener();
  }

  end(error: FeedError): void {
    this.state = { kind: 'away', error };
    this.#end();
  }

  useTransport(transport: string): void {
    this.asked.push(transport);
  }

  retryNow(): void {
    this.asked.push('retry');
  }

  markDead(): void {
    this.asked.push('mark dead');
  }

  close(): void {
    this.#end();
  }
}

interface Read {
  id: string;
  refresh: boolean;
  lane: string | undefined;
}

/** One installation without any I/O: a test decides what its chargers measure, and what its stream does. */
export class InstallationInMemory {
  readonly hub = new ChargerHub();
  readonly reads: Read[] = [];
  readonly streams: StreamInMemory[] = [];
  readonly statuses: FeedStatus[] = [];
  /** How often the list of chargers was read, and how often a stream was given back. */
  lists = 0;
  released = 0;
  /** The chargers of the list; the list fails without. */
  listed: string[] | undefined = [GARAGE, LEFT];
  /** How a read of a charger ends, before its state is there. */
  beforeState: (id: string) => Promise<void> = () => Promise.resolve();
  /** How the connection details are loaded. */
  details: () => Promise<unknown> = () => Promise.resolve(DETAILS);
  /** The paths whose details were loaded. */
  readonly paths: string[] = [];
  readonly #values = new Map<string, { value: string; at: number }>();

  readonly api = {
    caller: {
      confidential: async (path: string) => {
        this.paths.push(path);
        const details = await this.details();
        return { ...(details as object), Topic: path, Subscription: 'zaptec' };
      },
    },
    installations: {
      get: () => Promise.reject(new Error('made up')),
      chargers: (installationId: string) => {
        this.lists += 1;
        if (!this.listed) return Promise.reject(new Error('made up'));
        const data = this.listed.map((id) => ({ id, installationId }));
        return Promise.resolve({ data, meta: { ageMs: 0 } });
      },
    },
    chargers: {
      state: async (id: string, { refresh = false, lane }: { refresh?: boolean; lane?: string }) => {
        this.reads.push({ id, refresh, lane });
        await this.beforeState(id);
        this.fill(id);
      },
    },
    constants: { refresh: () => Promise.resolve() },
    sessions: {},
    close: () => undefined,
  } as unknown as Api;

  feed(options: Partial<FeedOptions> = {}, timing: Partial<FeedTiming> = {}): InstallationFeed {
    const feed = new InstallationFeed(
      {
        hub: this.hub,
        timing: { ...TIMING, ...timing },
        api: () => this.api,
        acquire: ({ source, details }) => {
          const stream = new StreamInMemory(source, details);
          this.streams.push(stream);
          return stream;
        },
        release: () => (this.released += 1),
      },
      { installationId: SITE, ...options },
    );
    feed.listen({ status: (status) => this.statuses.push(status) });
    return feed;
  }

  get stream(): StreamInMemory {
    return this.streams.at(-1)!;
  }

  /** A charger measures a value of which no message comes. */
  measure(id: string, stateId: number, value: string): void {
    this.#values.set(`${id} ${stateId}`, { value, at: Date.now() });
  }

  /** A charger measures a value, and its message comes. */
  push(id: string, stateId: number, value: string): void {
    this.measure(id, stateId, value);
    this.stream.received += 1;
    this.stream.lastMessageAt = clock.now();
    const Timestamp = new Date().toISOString();
    this.hub.onMessage({ ChargerId: id, StateId: stateId, Timestamp, ValueAsString: value });
  }

  /** What a read of a charger shows, whoever has read it. */
  fill(chargerId: string): void {
    const raws = [...this.#values].flatMap(([key, { value, at }]) => {
      const [id, stateId] = key.split(' ');
      return id === chargerId
        ? [{ chargerId, stateId: Number(stateId), valueAsString: value, timestamp: new Date(at).toISOString() }]
        : [];
    });
    this.hub.fill(chargerId, raws);
  }

  /** Ids of the chargers that were read since the last call. */
  get read(): string[] {
    return this.reads.splice(0).map(({ id }) => id);
  }
}
