import type { TimeSource } from '../time/clock';
import { isObject } from '../zaptec/json';

/** A session that has begun and of which no end was reported yet. */
export interface OpenSession {
  id: string;
  /** When it became known here, ms of `clock.now()`. */
  seenAt: number;
  userId?: string;
  /** Since when it is over by every sign but its record, ms of `clock.now()`; absent while it runs. */
  overSince?: number;
}

/** Ids of finished sessions are kept so long, and so many of them: nothing is reported again after that. */
const KEPT_MS = 14 * 24 * 3600_000;
const MOST_FINISHED = 200;
/** No charger has so many sessions at once whose end was never reported. */
const MOST_OPEN = 20;

/** The sessions of one charger as far as they are needed to report each exactly once. */
export class ChargerSessions {
  /** Since when the charger is known here, ms of `clock.cloud()`: a session that ended later is new. */
  knownSince: number;
  /** It was known before the restart, so what is new to it has happened meanwhile. */
  restored = false;
  /** When it was last offline, ms by the charger's own times; without an end it still is. */
  offline: { from: number; until?: number } | undefined;
  /** By id; the one that runs is the last. */
  readonly open = new Map<string, OpenSession>();
  /** Sessions whose end was reported until then may be forgotten by now, ms of `clock.now()`. */
  forgottenUntil = -Infinity;
  readonly #time: TimeSource;
  /** Id -> when its end was reported, ms of `clock.now()`. */
  readonly #finished = new Map<string, number>();

  constructor(time: TimeSource) {
    this.#time = time;
    this.knownSince = time.cloud();
  }

  isFinished(id: string): boolean {
    return this.#finished.has(id);
  }

  get running(): OpenSession | undefined {
    return [...this.open.values()].find(({ overSince }) => overSince === undefined);
  }

  setOnline(online: boolean, at: number): void {
    if (!online) this.offline = { from: at };
    else if (this.offline) this.offline.until ??= at;
  }

  wasOffline(at: number): boolean {
    const { from, until = Infinity } = this.offline ?? { from: Infinity };
    return at >= from && at < until;
  }

  begin(id: string, seenAt: number): OpenSession {
    const session: OpenSession = { id, seenAt };
    this.#add(session);
    return session;
  }

  /** The session that runs is over; its record has yet to come. */
  end(at: number): void {
    const { running } = this;
    if (running) running.overSince = at;
  }

  finish(id: string, at: number): void {
    this.open.delete(id);
    this.#finished.set(id, at);
    for (const [oldest, finishedAt] of this.#finished) {
      const isOld = this.#finished.size > 1 && at - finishedAt > KEPT_MS;
      if (!isOld && this.#finished.size <= MOST_FINISHED) break;
      this.#finished.delete(oldest);
      this.forgottenUntil = Math.max(this.forgottenUntil, finishedAt);
    }
  }

  /** The sessions whose record is overdue. Those whose record will not come any more are forgotten. */
  overdue(now: number, afterMs: number): OpenSession[] {
    const over = [...this.open.values()].filter(({ overSince = Infinity }) => now - overSince >= afterMs);
    for (const { id, overSince = now } of over) if (now - overSince > KEPT_MS) this.open.delete(id);
    return over.filter(({ id }) => this.open.has(id));
  }

  /** Plain JSON with wall times, to be kept over a restart. */
  dump(): unknown {
    const wall = (at: number) => this.#time.wall(at);
    const open = [...this.open.values()].map(({ seenAt, overSince, ...session }) =>
      overSince === undefined
        ? { ...session, seenAt: wall(seenAt) }
        : { ...session, seenAt: wall(seenAt), overSince: wall(overSince) },
    );
    const finished = [...this.#finished].map(([id, at]) => [id, wall(at)]);
    const dumped = { open, finished, away: this.offline, knownSince: this.knownSince };
    return this.forgottenUntil === -Infinity ? dumped : { ...dumped, forgottenUntil: wall(this.forgottenUntil) };
  }

  /** Takes what is usable of what `dump` gave; what is known already stays. */
  restore(dumped: Record<string, unknown>): void {
    const { open, finished, away, forgottenUntil, knownSince } = dumped;
    const since = (wallMs: number) => this.#time.fromWall(wallMs);
    this.restored = true;
    if (isObject(away) && typeof away['from'] === 'number') {
      const { from, until } = away;
      this.offline ??= typeof until === 'number' ? { from, until } : { from };
    }
    if (typeof knownSince === 'number') {
      // Before the first answer of the cloud, our clock may be behind.
      const isNew = this.open.size === 0 && this.#finished.size === 0;
      this.knownSince = isNew ? knownSince : Math.min(this.knownSince, knownSince);
    }
    if (typeof forgottenUntil === 'number') {
      this.forgottenUntil = Math.max(this.forgottenUntil, since(forgottenUntil));
    }
    for (const entry of Array.isArray(finished) ? (finished as unknown[]) : []) {
      const [id, at] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof id === 'string' && Number.isFinite(at)) this.finish(id, since(at as number));
    }
    for (const dumpedSession of Array.isArray(open) ? (open as unknown[]) : []) {
      if (!isOpenSession(dumpedSession)) continue;
      const { id, seenAt, overSince, userId } = dumpedSession;
      if (this.isFinished(id) || this.open.has(id)) continue;
      const session: OpenSession = { id, seenAt: since(seenAt) };
      if (userId !== undefined) session.userId = userId;
      const isOver = overSince !== undefined || this.running !== undefined;
      if (isOver) session.overSince = since(overSince ?? seenAt);
      this.#add(session);
    }
  }

  #add(session: OpenSession): void {
    this.open.set(session.id, session);
    const [oldest] = this.open.keys();
    if (this.open.size > MOST_OPEN && oldest !== undefined) this.open.delete(oldest);
  }
}

function isOpenSession(value: unknown): value is OpenSession {
  if (!isObject(value) || typeof value['id'] !== 'string' || !Number.isFinite(value['seenAt'])) return false;
  const { userId, overSince } = value;
  return ['undefined', 'string'].includes(typeof userId) && ['undefined', 'number'].includes(typeof overSince);
}
