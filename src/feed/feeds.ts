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
import { Stream, type Verdict } from './bus/stream';
import { liveliest } from './missed-changes';
import { TIMING, type FeedTiming } from './timing';

/** For tests: other spans than the usual ones. */
export interface FeedInternals {
  timing?: Partial<FeedTiming>;
}

interface HeldLine {
  readonly key: string;
  readonly installationId: string;
  readonly line: InstallationFeed;
  readonly lingerMs: number;
  users: number;
  leaving: NodeJS.Timeout | undefined;
}

interface HeldStream {
  stream: Stream;
  lines: Set<InstallationFeed>;
}

/**
 * The feeds of an account: one line per installation, one stream per topic, however many open them, since everybody
 * shares one subscription and two receivers would split the messages.
 */
export class Feeds {
  readonly hub = new ChargerHub();
  readonly #openApi: OpenApi;
  readonly #memory = new Memory(this.hub);
  readonly #lines = new Map<string, HeldLine>();
  readonly #streams = new Map<string, HeldStream>();
  #api: Api | undefined;
  #chores: BackgroundTasks | undefined;

  /** @param openApi of the account: feeds outlive the client that opened them, and hold an API of their own. */
  constructor(openApi: OpenApi) {
    this.#openApi = openApi;
  }

  open(options: FeedOptions, tokens: Tokens, internals: FeedInternals = {}): Feed {
    this.#use(tokens);
    const held = this.#hold(options, { ...TIMING, ...internals.timing });
    const { line } = held;
    const ready = this.#memory.use(options.memory).then(() => {
      line.start();
      return line.ready;
    });
    const leaving = new Set<() => void>();
    let closed = false;
    return {
      get status() {
        return line.status;
      },
      store: this.hub.store,
      ready,
      listen: (listener: FeedListener) => {
        const deaf = line.listen(listener);
        leaving.add(deaf);
        return () => {
          leaving.delete(deaf);
          deaf();
        };
      },
      covers: (chargerId) => line.covers(chargerId),
      close: () => {
        if (closed) return;
        closed = true;
        for (const deaf of leaving) deaf();
        this.#memory.leave(options.memory);
        this.#release(held);
      },
    };
  }

  /** How each feed is doing that somebody has opened. */
  get statuses(): { installationId: string; status: FeedStatus }[] {
    return [...this.#lines.values()].map(({ installationId, line }) => ({ installationId, status: line.status }));
  }

  /** What the store knows of a charger, when a live feed keeps it up to date. */
  liveView(chargerId: string, options: { observations?: boolean }): StoreView | undefined {
    const id = chargerId.toLowerCase();
    if (![...this.#lines.values()].some(({ line }) => line.covers(id))) return undefined;
    const view = this.hub.store.view(id, options);
    // However long ago: had anything changed, a message would have come.
    return view && { ...view, stale: view.snapshot.online === false };
  }

  close(): void {
    for (const held of this.#lines.values()) {
      clearTimeout(held.leaving);
      held.line.close();
    }
    for (const { stream } of this.#streams.values()) stream.close();
    this.#lines.clear();
    this.#streams.clear();
    this.#memory.close();
    this.#chores?.close();
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

  #hold(options: FeedOptions, timing: FeedTiming): HeldLine {
    const { installationId, userGroup = '', lookUpGroups = false } = options;
    const key = [installationId, userGroup, lookUpGroups].join('\n').toLowerCase();
    let held = this.#lines.get(key);
    if (!held) {
      const line: InstallationFeed = new InstallationFeed(
        {
          hub: this.hub,
          timing,
          api: () => this.#reach(),
          acquire: (found) => this.#acquire(line, found, options, timing),
          release: () => this.#leave(line),
        },
        options,
      );
      held = { key, installationId, line, users: 0, lingerMs: timing.lingerMs, leaving: undefined };
      this.#lines.set(key, held);
    }
    this.#chores ??= new BackgroundTasks(
      {
        hub: this.hub,
        api: () => this.#reach(),
        covers: (id) => [...this.#lines.values()].some(({ line }) => line.ids.has(id)),
        listening: () => [...this.#lines.values()].map(({ line }) => line.listening),
      },
      timing,
    );
    clearTimeout(held.leaving);
    held.users += 1;
    return held;
  }

  #release(held: HeldLine): void {
    held.users -= 1;
    if (held.users > 0) return;
    held.leaving = setTimeout(() => {
      this.#lines.delete(held.key);
      held.line.close();
      this.#leave(held.line);
    }, held.lingerMs);
    held.leaving.unref();
  }

  #acquire(line: InstallationFeed, found: OpenSource, options: FeedOptions, timing: FeedTiming): Stream {
    const key = `${found.route.kind} ${found.route.id}`;
    const held = this.#streams.get(key) ?? { lines: new Set(), stream: this.#open(key, found, options, timing) };
    this.#streams.set(key, held);
    held.lines.add(line);
    return held.stream;
  }

  #open(key: string, found: OpenSource, options: FeedOptions, timing: FeedTiming): Stream {
    const world = {
      load: (route: MessageSource, signal: AbortSignal) => loadDetails(this.#reach().caller, route, signal),
      message: (body: unknown) => this.hub.message(body),
      inspect: () => this.#inspect(key),
    };
    const { transport = 'auto', silenceMs = timing.silenceMs } = options;
    return new Stream(found, world, { transport, silenceMs, timing });
  }

  #leave(line: InstallationFeed): void {
    for (const [key, { stream, lines }] of this.#streams) {
      if (!lines.delete(line) || lines.size > 0) continue;
      this.#streams.delete(key);
      stream.close();
    }
  }

  /** One charger stands for the whole stream. */
  async #inspect(key: string): Promise<Verdict> {
    const lines = [...(this.#streams.get(key)?.lines ?? [])];
    const chosen = liveliest(
      this.hub.store,
      lines.flatMap(({ ids }) => [...ids]),
    );
    const line = lines.find(({ ids }) => chosen !== undefined && ids.has(chosen));
    return line && chosen !== undefined ? line.inspect(chosen) : 'unknown';
  }
}
