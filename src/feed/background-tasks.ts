import type { Change } from '../state/store';
import { SessionBackfill, type BackfillContext } from './session-backfill';
import type { FeedTiming } from './timing';
import { OBSERVATION } from '../zaptec/observation-ids';
import { clock } from '../time/clock';

/** Who charges mostly comes by push, soon after the session; the server's own cache is 15 s old. */
const USER_WAIT_MS = 20_000;
const CONSTANTS_MS = 24 * 3_600_000;

export interface BackgroundContext extends BackfillContext {
  /** Whether somebody has a feed for this charger. */
  covers(chargerId: string): boolean;
}

/** Small things that the messages leave out: sessions that were missed, who charges, the names of new observations. */
export class BackgroundTasks {
  readonly #world: BackgroundContext;
  readonly #leave: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  readonly #history: SessionBackfill;
  /** Chargers with a new session whose user is not known yet, and when to read him, in ms. */
  readonly #userless = new Map<string, number>();
  #constantsAt = -Infinity;

  constructor(world: BackgroundContext, timing: FeedTiming) {
    this.#world = world;
    this.#history = new SessionBackfill(world, timing, this.#stopping.signal);
    this.#leave = world.hub.join({
      covers: (id) => world.covers(id),
      filled: ({ chargerId }) => this.#userless.delete(chargerId),
      change: (change) => this.#onChange(change),
    });
    this.#timer = setInterval(() => this.#look(), timing.choreMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
    this.#leave();
  }

  #onChange({ charger, observation: { id, value }, changed, source, receivedAt }: Change): void {
    if (source !== 'push' || !changed) return;
    if (id === OBSERVATION.SessionIdentifier && value !== undefined)
      this.#userless.set(charger.id, receivedAt + USER_WAIT_MS);
    if (id === OBSERVATION.ChargerCurrentUserUuid || (id === OBSERVATION.SessionIdentifier && value === undefined))
      this.#userless.delete(charger.id);
  }

  #look(): void {
    const now = clock.now();
    const options = { lane: 'background', signal: this.#stopping.signal } as const;
    for (const [chargerId, at] of this.#userless) {
      if (now < at) continue;
      this.#userless.delete(chargerId);
      this.#world
        .api()
        .chargers.state(chargerId, { ...options, refresh: true })
        .catch(() => undefined);
    }
    this.#history.look(now);
    if (now - this.#constantsAt < CONSTANTS_MS) return;
    this.#constantsAt = now;
    void this.#world.api().constants.refresh(options);
  }
}
