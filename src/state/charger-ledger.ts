import { isObject } from '../zaptec/json';

/** A session that has begun and of which no end was told yet. */
export interface OpenSession {
  id: string;
  /** When it became known here, ms. */
  seenAt: number;
  userId?: string;
  /** Since when it is over for all other signs, ms; absent while it runs. */
  overSince?: number;
}

/** Ids of finished sessions are kept so long, and so many of them: nothing is told again after that. */
const KEPT_MS = 14 * 24 * 3600_000;
const MOST_FINISHED = 200;
/** No charger has so many sessions at once whose end was never told. */
const MOST_OPEN = 20;

/** The sessions of one charger as far as they are of use for telling each exactly once. */
export class ChargerLedger {
  /** Since when it is known here, ms: a session that ended later is new, whoever tells of it. */
  knownSince: number;
  /** It was known before the restart, so what is new to it has happened meanwhile. */
  restored = false;
  /** When it was last offline, ms; without an end it still is. */
  away: { from: number; until?: number } | undefined;
  /** By id; the one that runs is the last. */
  readonly open = new Map<string, OpenSession>();
  /** Sessions whose end was told until then may be unknown here by now, ms. */
  forgottenUntil = -Infinity;
  /** Id -> when its end was told, ms. */
  readonly #finished = new Map<string, number>();

  constructor(knownSince: number) {
    this.knownSince = knownSince;
  }

  isFinished(id: string): boolean {
    return this.#finished.has(id);
  }

  get running(): OpenSession | undefined {
    return [...this.open.values()].find(({ overSince }) => overSince === undefined);
  }

  wentOnline(online: boolean, at: number): void {
    if (!online) this.away = { from: at };
    else if (this.away) this.away.until ??= at;
  }

  wasAway(at: number): boolean {
    const { from, until = Infinity } = this.away ?? { from: Infinity };
    return at >= from && at < until;
  }

  begin(id: string, seenAt: number): OpenSession {
    const session: OpenSession = { id, seenAt };
    this.#add(session);
    return session;
  }

  /** The one that runs is over; its record has yet to come. */
  end(at: number): void {
    const { running } = this;
    if (running) running.overSince = at;
  }

  finish(id: string, at: number): void {
    this.open.delete(id);
    this.#finished.set(id, at);
    for (const [oldest, finishedAt] of this.#finished) {
      const spare = this.#finished.size > 1 && at - finishedAt > KEPT_MS;
      if (!spare && this.#finished.size <= MOST_FINISHED) break;
      this.#finished.delete(oldest);
      this.forgottenUntil = Math.max(this.forgottenUntil, finishedAt);
    }
  }

  /** Those whose record is overdue, and forgets those whose record will not come any more. */
  overdue(now: number, afterMs: number): OpenSession[] {
    const over = [...this.open.values()].filter(({ overSince = Infinity }) => now - overSince >= afterMs);
    for (const { id, overSince = now } of over) if (now - overSince > KEPT_MS) this.open.delete(id);
    return over.filter(({ id }) => this.open.has(id));
  }

  dump(): unknown {
    const { away, forgottenUntil, knownSince } = this;
    const dumped = { open: [...this.open.values()], finished: [...this.#finished], away, knownSince };
    return forgottenUntil === -Infinity ? dumped : { ...dumped, forgottenUntil };
  }

  /** Takes what is usable; what is known already stays. */
  restore(dumped: Record<string, unknown>): void {
    const { open, finished, away, forgottenUntil, knownSince } = dumped;
    this.restored = true;
    if (isObject(away) && typeof away['from'] === 'number') {
      const { from, until } = away;
      this.away ??= typeof until === 'number' ? { from, until } : { from };
    }
    if (typeof knownSince === 'number') this.knownSince = Math.min(this.knownSince, knownSince);
    if (typeof forgottenUntil === 'number') this.forgottenUntil = Math.max(this.forgottenUntil, forgottenUntil);
    for (const entry of Array.isArray(finished) ? (finished as unknown[]) : []) {
      const [id, at] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof id === 'string' && Number.isFinite(at)) this.finish(id, at as number);
    }
    for (const session of Array.isArray(open) ? (open as unknown[]) : []) {
      if (!isOpenSession(session) || this.isFinished(session.id) || this.open.has(session.id)) continue;
      if (this.running) session.overSince ??= session.seenAt;
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
