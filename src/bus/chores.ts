import { isZaptecError } from '../http/errors';
import type { Change } from '../state/store';
import type { Access } from './access';
import type { Knowledge } from './knowledge';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** One charger's history is asked for at most so often. */
const ASK_EVERY_MS = 10 * MINUTE_MS;
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
  /** When the history of a charger may be asked for again, in ms. */
  readonly #askAgainAt = new Map<string, number>();
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
    for (const { chargerId, since } of this.#world.knowledge.ledger.missing(now)) {
      if (!this.#world.covers(chargerId) || now < (this.#askAgainAt.get(chargerId) ?? 0)) continue;
      this.#askAgainAt.set(chargerId, now + ASK_EVERY_MS);
      void this.#askHistory(chargerId, since, now);
    }
    if (now - this.#constantsAt > CONSTANTS_MS) {
      this.#constantsAt = now;
      this.#world
        .access()
        .constants.get(options)
        .catch(() => undefined);
    }
  }

  /** Owner only (`zaptec-api.md` 2.17): everybody else does without. */
  async #askHistory(chargerId: string, since: number, now: number): Promise<void> {
    const query = new URLSearchParams({
      ChargerId: chargerId,
      From: new Date(since - MARGIN_MS).toISOString(),
      To: new Date(now + MARGIN_MS).toISOString(),
      PageSize: '200',
    });
    try {
      const { data } = await this.#world
        .access()
        .requests.send(
          { method: 'GET', path: `/api/sessions/archived?${query.toString()}`, pages: true },
          { lane: 'background', signal: this.#stopping.signal },
        );
      if (Array.isArray(data)) this.#world.knowledge.found(data);
    } catch (error) {
      if (isZaptecError(error) && error.cause.status === 403) this.#askAgainAt.set(chargerId, now + CLOSED_MS);
    }
  }
}
