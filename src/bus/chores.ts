import { isZaptecError } from '../http/errors';
import type { Change } from '../state/store';
import type { Access } from './access';
import type { Knowledge } from './knowledge';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The history of a charger is asked for again after the first of these, then twice as late each time. */
const ASK_AGAIN_MS = { first: 10 * MINUTE_MS, longest: 6 * HOUR_MS };
/** The history is closed to this account: it is not asked again for a day. */
const CLOSED_MS = 24 * HOUR_MS;
/** A session may have ended a little before its gap was noticed. */
const MARGIN_MS = HOUR_MS;
/** Who charges mostly comes by push, soon after the session; the server's own cache is 15 s old. */
const USER_WAIT_MS = 20_000;
const SESSION = 721;
const USER = 722;
const CONSTANTS_MS = 24 * HOUR_MS;

export interface ChoresWorld {
  readonly knowledge: Knowledge;
  access(): Access;
  /** Whether somebody has a feed for this charger. */
  covers(chargerId: string): boolean;
}

/** Small things that the messages leave out: finishes that were missed, who charges, the names of new observations. */
export class Chores {
  readonly #world: ChoresWorld;
  readonly #leave: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  /** When the history of a charger may be asked for again, and how long the wait was, in ms. */
  readonly #asked = new Map<string, { againAt: number; waitMs: number }>();
  /** Chargers with a new session whose user is not known yet, and when to read him, in ms. */
  readonly #userless = new Map<string, number>();
  #constantsAt = -Infinity;

  constructor(world: ChoresWorld, everyMs: number) {
    this.#world = world;
    this.#leave = world.knowledge.join({
      covers: (id) => world.covers(id),
      filled: ({ chargerId }) => this.#userless.delete(chargerId),
      change: (change) => this.#onChange(change),
    });
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
    this.#leave();
  }

  #onChange({ charger: { id }, raw, changed, source, receivedAt }: Change): void {
    if (source !== 'push' || !changed) return;
    if (raw.stateId === SESSION && raw.valueAsString) this.#userless.set(id, receivedAt + USER_WAIT_MS);
    if (raw.stateId === USER || (raw.stateId === SESSION && !raw.valueAsString)) this.#userless.delete(id);
  }

  #look(): void {
    const now = Date.now();
    const options = { lane: 'background', signal: this.#stopping.signal } as const;
    for (const [chargerId, at] of this.#userless) {
      if (now < at) continue;
      this.#userless.delete(chargerId);
      this.#world
        .access()
        .chargers.state(chargerId, { ...options, refresh: true })
        .catch(() => undefined);
    }
    this.#askHistories(now);
    if (now - this.#constantsAt < CONSTANTS_MS) return;
    this.#constantsAt = now;
    void this.#world.access().constants.refresh(options);
  }

  #askHistories(now: number): void {
    const missing = this.#world.knowledge.ledger.missing(now);
    const chargers = new Set(missing.map(({ chargerId }) => chargerId));
    for (const chargerId of this.#asked.keys()) if (!chargers.has(chargerId)) this.#asked.delete(chargerId);
    for (const chargerId of chargers) {
      const before = this.#asked.get(chargerId);
      if (!this.#world.covers(chargerId) || now < (before?.againAt ?? 0)) continue;
      const waitMs = before ? Math.min(ASK_AGAIN_MS.longest, 2 * before.waitMs) : ASK_AGAIN_MS.first;
      this.#asked.set(chargerId, { againAt: now + waitMs, waitMs });
      const since = Math.min(...missing.filter((m) => m.chargerId === chargerId).map((m) => m.since));
      void this.#askHistory(chargerId, since, now);
    }
  }

  /** Owner only (`zaptec-api.md` 2.17): everybody else does without. */
  async #askHistory(chargerId: string, since: number, now: number): Promise<void> {
    const query = { chargerId, from: new Date(since - MARGIN_MS), to: new Date(now + MARGIN_MS) };
    const options = { lane: 'background', signal: this.#stopping.signal } as const;
    try {
      const { data } = await this.#world.access().sessions.archived(query, options);
      this.#world.knowledge.found(data);
    } catch (error) {
      const closed = isZaptecError(error) && error.cause.status === 403;
      if (closed) this.#asked.set(chargerId, { againAt: now + CLOSED_MS, waitMs: CLOSED_MS });
    }
  }
}
