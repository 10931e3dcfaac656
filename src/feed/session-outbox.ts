import type { LedgerEntry } from '../state/ledger';
import { clock } from '../time/clock';
import { isObject } from '../zaptec/json';
import type { ChargerSet, SessionConsumer } from './types';

/** What nobody asked for is kept so long, and so long a consumer that is gone is remembered, in ms. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** A consumer without a name gets what nobody took in the moment of a redeploy, in ms. */
const MOMENT_MS = 60_000;
/** So late a start is no news any more, in ms. */
const STARTED_MS = 10 * 60_000;
const MOST_KEPT = 2_000;
const MOST_CONSUMERS = 1_000;

interface KeptSession {
  entry: LedgerEntry;
  /** When it became known here, ms of `clock.cloud()`. */
  at: number;
  archived: boolean;
  /** The keys of the consumers that have it. */
  deliveredTo: Set<string>;
}

interface Known {
  /** Sessions that became known before do not concern it, ms of `clock.cloud()`. */
  since: number;
  /** When it was last there, ms of `clock.now()`. */
  seenAt: number;
  installationId: string;
}

/** A consumer of the sessions of one installation. */
export interface Registration {
  consumer: SessionConsumer | undefined;
  installationId: string;
  /** Those of the installation; a list that was not read yet has none. */
  readonly chargers: ChargerSet;
  deliver(entry: LedgerEntry): void;
}

/** Whose turn it is to report a finished session that several machines report once in all. */
export interface SessionTurns {
  /** Undefined until that is known: `flush` is called then. */
  isOurs(session: string): boolean | undefined;
  reported(session: string): void;
}

interface Registered extends Registration {
  key: string;
  /** ms of `clock.cloud()` */
  since: number;
}

/**
 * Sessions until everybody who asks for them has got them: a consumer may be away for a moment (a deploy), may come later
 * than the feed, and may know of a charger only when the list of chargers was read.
 */
export class SessionOutbox {
  /** Without it, this machine reports every session. */
  turns: SessionTurns | undefined;
  readonly #registered = new Set<Registered>();
  readonly #known = new Map<string, Known>();
  #kept: KeptSession[] = [];
  #anonymous = 0;

  /** @param archived it was read from the archive, long after its end perhaps. */
  add(entry: LedgerEntry, archived = false): void {
    const kept = { entry, at: clock.cloud(), archived, deliveredTo: new Set<string>() };
    this.#kept.push(kept);
    this.#deliver(this.#registered);
  }

  /** @returns a function that ends it. */
  register(registration: Registration): () => void {
    const { consumer, installationId } = registration;
    const now = clock.now();
    if (!consumer) this.#anonymous += 1;
    const key = consumer ? `${consumer.id} ${installationId}` : `${this.#anonymous}`;
    const known = this.#known.get(key);
    const since = Math.min(known?.since ?? Infinity, clock.cloud(consumer?.since ?? now - MOMENT_MS));
    const registered = { ...registration, key, since };
    if (consumer && (known || this.#known.size < MOST_CONSUMERS)) {
      this.#known.set(key, { since, seenAt: now, installationId });
    }
    this.#registered.add(registered);
    this.#deliver([registered]);
    return () => {
      this.#registered.delete(registered);
      const gone = this.#known.get(key);
      if (gone) gone.seenAt = clock.now();
    };
  }

  /** A list of chargers has changed: somebody may cover more of them. */
  flush(): void {
    this.#deliver(this.#registered);
  }

  /** Plain JSON with wall times. */
  dump(): unknown {
    const consumers = [...this.#known].map(([key, { since, seenAt, installationId }]) => [
      key,
      { since, seenAt: clock.wall(seenAt), installationId },
    ]);
    const kept = this.#kept.map(({ entry, at, archived, deliveredTo }) => ({
      entry,
      at,
      archived,
      deliveredTo: [...deliveredTo],
    }));
    return { consumers: Object.fromEntries(consumers) as unknown, kept };
  }

  /** Takes what is usable of what `dump` gave. */
  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    const { consumers, kept } = dumped;
    for (const [key, known] of isObject(consumers) ? Object.entries(consumers) : []) {
      if (!isObject(known) || !Number.isFinite(known['since']) || typeof known['installationId'] !== 'string') continue;
      const since = known['since'] as number;
      const now = this.#known.get(key);
      if (now) now.since = Math.min(now.since, since);
      else {
        const seenAt = clock.fromWall(Number.isFinite(known['seenAt']) ? (known['seenAt'] as number) : 0);
        this.#known.set(key, { since, seenAt, installationId: known['installationId'] });
      }
    }
    for (const one of this.#registered) one.since = Math.min(one.since, this.#known.get(one.key)?.since ?? Infinity);
    const restored = (Array.isArray(kept) ? (kept as unknown[]) : []).flatMap((one): KeptSession[] => {
      if (!isObject(one) || !isEntry(one['entry']) || !Number.isFinite(one['at'])) return [];
      const deliveredTo = Array.isArray(one['deliveredTo'])
        ? one['deliveredTo'].filter((key) => typeof key === 'string')
        : [];
      const at = one['at'] as number;
      return [{ entry: one['entry'], at, archived: one['archived'] === true, deliveredTo: new Set(deliveredTo) }];
    });
    this.#kept = [...restored, ...this.#kept];
    this.flush();
  }

  #deliver(consumers: Iterable<Registered>): void {
    for (const kept of [...this.#kept]) {
      const isTaken = kept.deliveredTo.size > 0;
      for (const consumer of [...consumers]) if (!isTaken || consumer.consumer) this.#offer(kept, consumer);
    }
    this.#forget();
  }

  #offer(kept: KeptSession, registered: Registered): void {
    const { entry, deliveredTo } = kept;
    if (deliveredTo.has(registered.key) || !registered.chargers.ids.has(entry.session.chargerId)) return;
    const { turns } = this;
    const isShared = turns !== undefined && registered.consumer?.once === true && entry.kind === 'session-finished';
    const { id } = entry.session;
    const isOurs = !isMeant(kept, registered) ? false : isShared ? turns.isOurs(id) : true;
    if (isOurs === undefined) return;
    deliveredTo.add(registered.key);
    if (!isOurs) return;
    registered.deliver(entry);
    if (isShared) turns.reported(id);
  }

  #forget(): void {
    const now = clock.now();
    for (const [key, { seenAt }] of this.#known) {
      const isThere = [...this.#registered].some((one) => one.key === key);
      if (!isThere && now - seenAt > KEPT_MS) this.#known.delete(key);
    }
    const known = [...this.#known];
    const cloudNow = clock.cloud();
    const isAwaited = ({ entry: { session }, deliveredTo, at }: KeptSession) =>
      deliveredTo.size === 0 ||
      known.some(
        ([key, { since, installationId }]) =>
          !deliveredTo.has(key) && since <= at && installationId === (session.installationId ?? installationId),
      );
    this.#kept = this.#kept.filter((kept) => cloudNow - kept.at <= KEPT_MS && isAwaited(kept)).slice(-MOST_KEPT);
  }
}

/** A new node gets nothing that was over before it came. */
function isMeant({ entry, at, archived }: KeptSession, { since, consumer }: Registered): boolean {
  if (at < since || (entry.kind === 'session-started' && clock.cloud() - at > STARTED_MS)) return false;
  const { end } = entry.session;
  return !archived || !consumer || end === undefined || Date.parse(end) >= since;
}

function isEntry(value: unknown): value is LedgerEntry {
  if (!isObject(value) || !isObject(value['session'])) return false;
  const { id, chargerId } = value['session'];
  return typeof value['kind'] === 'string' && typeof id === 'string' && typeof chargerId === 'string';
}
