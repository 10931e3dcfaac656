import type { ChargerEvent } from '../state/events';
import type { LedgerEntry } from '../state/ledger';
import type { Change, Store } from '../state/store';
import type { FeedErrorCode } from './feed-error';

/** How the bus is reached: by port 5671, or by 443 where that is blocked; `auto` tries them in this order. */
export type FeedTransport = 'auto' | 'amqp' | 'websocket';

export interface FeedOptions {
  installationId: string;
  /** Id of the group that Zaptec has enabled for messages; without it the installation's own group is tried. */
  userGroup?: string | undefined;
  /** Ask for the groups of the account, which Zaptec does not document, when the other ways are closed. */
  lookUpGroups?: boolean | undefined;
  transport?: FeedTransport | undefined;
  /** After so long without a message the stream is checked, in ms; 30 minutes unless given. */
  idleMs?: number | undefined;
  /** Where last values and sessions are kept over a restart. */
  memory?: FeedMemory | undefined;
}

/** Both may fail in any way: the feed goes on without a memory. */
export interface FeedMemory {
  load(): Promise<unknown>;
  save(data: unknown): void;
}

/** How the feed is doing; listeners are notified only when `state`, `code`, `via`, `suspicion` or `sharing` changes. */
export interface FeedStatus {
  /** `polling`: the stream is away and comes back by itself; `unavailable`: polling, and a person must do `remedy`. */
  state: 'connecting' | 'live' | 'polling' | 'unavailable' | 'closed';
  /** Why it is not live; stable and made for switches. */
  code?: FeedErrorCode;
  /** One clear sentence. */
  text: string;
  /** What the user can do. */
  remedy?: string;
  /** Since when it is in this state, ISO 8601 with Z. */
  since: string;
  /** When the last message came, ISO 8601 with Z. */
  lastMessageAt?: string;
  /** Where values come from at present. */
  via: 'push' | 'poll' | 'none';
  /** How often the stream was opened again. */
  reconnects: number;
  /** Messages that came by push. */
  received: number;
  /** Somebody else seems to take messages from the same subscription. */
  suspicion?: 'second-consumer';
  /**
   * Where several machines share one receiver through Redis: this one has it, it gets the messages of the one that has it,
   * or Redis is away and each has its own.
   */
  sharing?: 'receiver' | 'follower' | 'alone';
}

/** Who asks for sessions. None is lost for it while it is away, for seven days at most. */
export interface SessionConsumer {
  /** Stays the same over deploys and restarts. */
  id: string;
  /** When it was first there, ms of `clock.now()`: it gets no session that was over before. */
  since: number;
  /** Of several machines with one Redis only one reports a finished session to it; otherwise each of them does. */
  once?: boolean;
}

/** Some chargers, as they are at the time: those of an installation change. */
export interface ChargerSet {
  readonly ids: ReadonlySet<string>;
}

/** What a subscriber receives; a listener that throws disturbs no other. */
export interface FeedListener {
  /** Who wants the sessions; without a name those of the last minute that nobody took. */
  consumer?: SessionConsumer;
  change?(change: Change): void;
  event?(event: ChargerEvent): void;
  session?(entry: LedgerEntry): void;
  status?(status: FeedStatus): void;
}

/** The stream of one installation, shared by everybody who opened the same. */
export interface Feed {
  readonly status: FeedStatus;
  readonly store: Store;
  /** After the first fill, or when it was given up; never rejects. */
  readonly ready: Promise<void>;
  /** @returns a function that unsubscribes. */
  listen(listener: FeedListener): () => void;
  /** Live, and the charger's state was read: the store may answer in place of a request. */
  covers(chargerId: string): boolean;
  /** Ends the part of this opener; the stream stays while others use it. */
  close(): void;
}
