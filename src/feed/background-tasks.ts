import type { Change } from '../state/store';
import { clock } from '../time/clock';
import { OBSERVATION } from '../zaptec/observation-ids';
import { SessionBackfill, type BackfillContext } from './session-backfill';
import type { FeedTiming } from './timing';
import { UserNames } from './user-names';

/** Who charges comes by push in most cases, soon after the session; the server's own cache is 15 s old. */
const USER_WAIT_MS = 20_000;
const ABOUT_USERS: ReadonlySet<number> = new Set([OBSERVATION.ChargerCurrentUserUuid, OBSERVATION.SessionIdentifier]);
const CONSTANTS_MS = 24 * 3_600_000;

export interface BackgroundContext extends BackfillContext {
  /** Whether a charger belongs to a feed. */
  covers(chargerId: string): boolean;
}

/** Reads what the messages leave out: sessions that were missed, who charges, the names of new observations. */
export class BackgroundTasks {
  readonly #context: BackgroundContext;
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  readonly #backfill: SessionBackfill;
  readonly #names: UserNames;
  /** Chargers with a new session whose user is not known yet, and when to read the user, ms of `clock.steady()`. */
  readonly #userless = new Map<string, number>();
  /** ms of `clock.steady()` */
  #constantsAt = -Infinity;

  constructor(context: BackgroundContext, timing: FeedTiming) {
    this.#context = context;
    this.#backfill = new SessionBackfill(context, timing, this.#stopping.signal);
    this.#names = new UserNames(() => context.api(), this.#stopping.signal);
    context.hub.userName = (userId) => this.#names.get(userId);
    this.#unsubscribe = context.hub.subscribe({
      filled: ({ chargerId }) => this.#userless.delete(chargerId),
      change: (change) => this.#onChange(change),
    });
    this.#timer = setInterval(() => this.#run(), timing.backgroundMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
    this.#unsubscribe();
  }

  #onChange({ charger, observation: { id, value }, changed, source }: Change): void {
    if (!ABOUT_USERS.has(id) || !this.#context.covers(charger.id)) return;
    if (id === OBSERVATION.ChargerCurrentUserUuid && typeof value === 'string') this.#wantName(charger.id, value);
    if (source !== 'push' || !changed) return;
    const isNewSession = id === OBSERVATION.SessionIdentifier && value !== undefined;
    if (isNewSession) this.#userless.set(charger.id, clock.steady() + USER_WAIT_MS);
    else this.#userless.delete(charger.id);
  }

  #wantName(chargerId: string, userId: string): void {
    const { installationId } = this.#context.hub.store.charger(chargerId) ?? {};
    if (installationId !== undefined) this.#names.want(userId, installationId);
  }

  #run(): void {
    for (const { chargerId, userId } of this.#context.hub.ledger.users) {
      if (this.#context.covers(chargerId)) this.#wantName(chargerId, userId);
    }
    const now = clock.steady();
    const options = { lane: 'background', signal: this.#stopping.signal } as const;
    for (const [chargerId, at] of this.#userless) {
      if (now < at) continue;
      this.#userless.delete(chargerId);
      this.#context
        .api()
        .chargers.state(chargerId, { ...options, refresh: true })
        .catch(() => undefined);
    }
    this.#backfill.run();
    if (now - this.#constantsAt < CONSTANTS_MS) return;
    this.#constantsAt = now;
    void this.#context.api().constants.refresh(options);
  }
}
