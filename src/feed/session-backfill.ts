import type { ArchivedSession } from '../api/sessions';
import { isZaptecError } from '../errors/zaptec-error';
import type { MissingFinish } from '../state/ledger';
import type { Api } from '../api';
import type { ChargerHub } from './charger-hub';
import { REACH_MS, type Checkpoint } from './checkpoints';
import type { FeedTiming } from './timing';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What failed or did not help is asked again after the first of these, then twice as late each time. */
const ASK_AGAIN_MS = { first: 10 * MINUTE_MS, longest: 6 * HOUR_MS };
/** The history is closed to this account: it is not asked again for a day. */
const CLOSED_MS = 24 * HOUR_MS;
/** A session may have ended a little before its end was noticed, and clocks differ. */
const MARGIN_MS = HOUR_MS;

/** An installation that is listened to, as far as its sessions may have gone astray. */
export interface WatchedInstallation {
  readonly installationId: string;
  readonly ids: ReadonlySet<string>;
  /** Since when every message comes or waits, ms; undefined while the stream is away. */
  readonly messagesSince: number | undefined;
  /** When a read last showed a change that never came, ms. */
  readonly missedChangeAt: number;
  /** Another program seems to take messages, or the stream has been away for long. */
  readonly isDoubtful: boolean;
}

export interface BackfillContext {
  readonly hub: ChargerHub;
  api(): Api;
  watched(): Iterable<WatchedInstallation>;
}

type Question = { installationId: string } | { chargerId: string };

/**
 * Asks the archived history for the sessions that the messages left out: of one charger where a finish is missing, of a
 * whole installation after a gap in which messages were lost, and now and then besides, since a session of which every
 * message was lost leaves no trace here. Owner only (docs/zaptec-api.md, "Archived sessions"): everybody else does
 * without.
 */
export class SessionBackfill {
  readonly #context: BackfillContext;
  readonly #timing: FeedTiming;
  readonly #signal: AbortSignal;
  /** By installation or charger: when it may be asked again, and how long that wait was, in ms. */
  readonly #asked = new Map<string, { againAt: number; waitMs: number }>();

  constructor(context: BackfillContext, timing: FeedTiming, signal: AbortSignal) {
    this.#context = context;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Asks what is due. */
  check(now: number): void {
    const { ledger } = this.#context.hub;
    const missing = ledger.missing(now);
    const feeds = [...this.#context.watched()];
    this.#forget(missing, feeds);
    for (const feed of feeds) {
      const checkpoint = this.#markOf(feed, now);
      if (!this.#mayAsk(feed.installationId, now)) continue;
      // What is missing is then found with the rest.
      if (!this.#hasGap(feed, checkpoint)) this.#askMissing(feed, missing, now);
      if (this.#isDue(feed, checkpoint, now)) void this.#askAll(feed, checkpoint, now);
    }
  }

  #forget(missing: readonly MissingFinish[], feeds: readonly WatchedInstallation[]): void {
    const used = [...missing.map(({ chargerId }) => chargerId), ...feeds.map(({ installationId }) => installationId)];
    const kept = new Set(used);
    for (const id of this.#asked.keys()) if (!kept.has(id)) this.#asked.delete(id);
  }

  #markOf({ installationId, messagesSince = Infinity }: WatchedInstallation, now: number): Checkpoint {
    const { checkpoints } = this.#context.hub;
    const begun = { since: Math.min(messagesSince, now), checkedAt: now + this.#timing.backfillWaitMs };
    return checkpoints.get(installationId) ?? checkpoints.set(installationId, begun);
  }

  /** Messages were lost, and the history was not asked since. */
  #hasGap(feed: WatchedInstallation, { checkedAt }: Checkpoint): boolean {
    return this.#askableAt(feed) > checkedAt;
  }

  /** When the history knows what was lost last, ms. */
  #askableAt({ messagesSince, missedChangeAt }: WatchedInstallation): number {
    return messagesSince === undefined
      ? -Infinity
      : Math.max(messagesSince, missedChangeAt) + this.#timing.backfillWaitMs;
  }

  #isDue(feed: WatchedInstallation, checkpoint: Checkpoint, now: number): boolean {
    const { backfillEveryMs, backfillDoubtMs, backfillCalmMs } = this.#timing;
    const passedMs = now - checkpoint.checkedAt;
    if (this.#hasGap(feed, checkpoint)) return now >= this.#askableAt(feed) && passedMs >= backfillEveryMs;
    return passedMs >= (feed.isDoubtful ? backfillDoubtMs : backfillCalmMs);
  }

  #mayAsk(id: string, now: number): boolean {
    return now >= (this.#asked.get(id)?.againAt ?? 0);
  }

  /** The next one waits twice as long, unless this one helps. */
  #wait(id: string, now: number): void {
    const before = this.#asked.get(id);
    const waitMs = before ? Math.min(ASK_AGAIN_MS.longest, 2 * before.waitMs) : ASK_AGAIN_MS.first;
    this.#asked.set(id, { againAt: now + waitMs, waitMs });
  }

  #askMissing({ ids, installationId }: WatchedInstallation, missing: readonly MissingFinish[], now: number): void {
    for (const chargerId of new Set(missing.map((finish) => finish.chargerId))) {
      if (!ids.has(chargerId) || !this.#mayAsk(chargerId, now)) continue;
      const since = Math.min(
        ...missing.filter((finish) => finish.chargerId === chargerId).map((finish) => finish.since),
      );
      this.#wait(chargerId, now);
      void this.#ask({ chargerId }, since - MARGIN_MS, now, installationId, (sessions) =>
        this.#context.hub.found(sessions),
      );
    }
  }

  async #askAll({ ids, installationId }: WatchedInstallation, checkpoint: Checkpoint, now: number): Promise<void> {
    const { hub } = this.#context;
    const oldest = now - REACH_MS;
    const since = Math.max(checkpoint.since, oldest);
    const from = Math.max(checkpoint.checkedAt - this.#timing.backfillReachMs, oldest);
    this.#wait(installationId, now);
    const isOurs = ({ chargerId }: ArchivedSession) => typeof chargerId === 'string' && ids.has(chargerId);
    const answered = await this.#ask({ installationId }, from, now, installationId, (sessions) =>
      hub.found(sessions.filter(isOurs), since),
    );
    if (!answered) return;
    this.#asked.delete(installationId);
    hub.checked(installationId, now);
  }

  /** @returns whether all of it was told, page by page, so that memory does not grow with the time. */
  async #ask(
    question: Question,
    from: number,
    now: number,
    installationId: string,
    onPage: (sessions: ArchivedSession[]) => void,
  ): Promise<boolean> {
    const query = { ...question, from: new Date(from), to: new Date(now + MARGIN_MS) };
    const options = { lane: 'background', signal: this.#signal } as const;
    try {
      for await (const page of this.#context.api().sessions.archivedPages(query, options)) onPage(page);
      return true;
    } catch (error) {
      const closed = isZaptecError(error) && error.cause.status === 403;
      if (closed) this.#asked.set(installationId, { againAt: now + CLOSED_MS, waitMs: CLOSED_MS });
      return false;
    }
  }
}
