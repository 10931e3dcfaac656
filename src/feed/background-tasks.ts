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
  readonly #context: BackgroundContext;
  readonly #leave: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  readonly #history: SessionBackfill;
  /** Chargers with a new session whose user is not known yet, and when to read him, in ms. */
  readonly #withoutUser = new Map<string, number>();
  #constantsAt = -Infinity;

  constructor(context: BackgroundContext, timing: FeedTiming) {
    this.#context = context;
    this.#history = new SessionBackfill(context, timing, this.#stopping.signal);
    this.#leave = context.hub.join({
      covers: (id) => context.covers(id),
      filled: ({ chargerId }) => this.#withoutUser.delete(chargerId),
      change: (change) => this.#onChange(change),
    });
    this.#timer = setInterval(() => this.#check(), timing.backgroundMs);
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
      this.#withoutUser.set(charger.id, receivedAt + USER_WAIT_MS);
    if (id === OBSERVATION.ChargerCurrentUserUuid || (id === OBSERVATION.SessionIdentifier && value === undefined))
      this.#withoutUser.delete(charger.id);
  }

  #check(): void {
    const now = clock.now();
    const options = { lane: 'background', signal: this.#stopping.signal } as const;
    for (const [chargerId, at] of this.#withoutUser) {
      if (now < at) continue;
      this.#withoutUser.delete(chargerId);
      this.#context
        .api()
        .chargers.state(chargerId, { ...options, refresh: true })
        .catch(() => undefined);
    }
    this.#history.check(now);
    if (now - this.#constantsAt < CONSTANTS_MS) return;
    this.#constantsAt = now;
    void this.#context.api().constants.refresh(options);
  }
}
