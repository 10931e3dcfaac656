import type { Api } from '../api';
import type { ArchivedSession } from '../api/sessions';
import { isZaptecError } from '../errors/zaptec-error';
import type { MissingFinish } from '../state/ledger';
import { Backoff } from '../time/backoff';
import { clock } from '../time/clock';
import type { ChargerHub } from './charger-hub';
import { REACH_MS, type Checkpoint } from './checkpoints';
import type { FeedTiming } from './timing';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A read that failed or did not help is repeated after the first of these, then twice as late each time. */
const REPEAT_MS = { first: 10 * MINUTE_MS, longest: 6 * HOUR_MS };
/** The archive is closed to this account: it is not read again for a day. */
const CLOSED_MS = 24 * HOUR_MS;
/** A session may have ended a little before its end was noticed, and clocks differ. */
const MARGIN_MS = HOUR_MS;

/** An installation with a feed, as far as its sessions may have been missed. */
export interface BackfillTarget {
  readonly installationId: string;
  readonly ids: ReadonlySet<string>;
  /** Since when no message was lost, ms of `clock.now()`; undefined while the stream is away. */
  readonly completeSince: number | undefined;
  /** When a read last showed a missed change, ms of `clock.now()`. */
  readonly missedChangeAt: number;
  /** Another program seems to take messages, or the stream has been away for long. */
  readonly doubtful: boolean;
}

export interface BackfillContext {
  readonly hub: ChargerHub;
  api(): Api;
  targets(): Iterable<BackfillTarget>;
}

type ArchiveScope = { installationId: string } | { chargerId: string };

/**
 * Reads the sessions that the messages left out from the archive: of one charger where a finish is missing, of a whole
 * installation after a gap in which messages were lost, and now and then besides, since a session of which every
 * message was lost leaves no trace here. For owners only (docs/zaptec-api.md, "Archived sessions"): everybody else does without.
 */
export class SessionBackfill {
  readonly #context: BackfillContext;
  readonly #timing: FeedTiming;
  readonly #signal: AbortSignal;
  /** By installation or charger; times of `clock.steady()`. */
  readonly #repeats = new Map<string, Backoff>();

  constructor(context: BackfillContext, timing: FeedTiming, signal: AbortSignal) {
    this.#context = context;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Reads what is due. */
  run(): void {
    const now = clock.now();
    const missing = this.#context.hub.ledger.missing(now);
    const targets = [...this.#context.targets()];
    this.#forget(missing, targets);
    for (const target of targets) {
      const checkpoint = this.#checkpointOf(target, now);
      if (!this.#mayRead(target.installationId)) continue;
      // Otherwise the missing finishes are found with the rest.
      if (!this.#hasGap(target, checkpoint)) this.#readMissing(target, missing, now);
      if (this.#isDue(target, checkpoint, now)) void this.#readAll(target, checkpoint, now);
    }
  }

  #forget(missing: readonly MissingFinish[], targets: readonly BackfillTarget[]): void {
    const used = [...missing.map(({ chargerId }) => chargerId), ...targets.map((target) => target.installationId)];
    const kept = new Set(used);
    for (const id of this.#repeats.keys()) if (!kept.has(id)) this.#repeats.delete(id);
  }

  #checkpointOf({ installationId, completeSince = Infinity }: BackfillTarget, now: number): Checkpoint {
    const { checkpoints } = this.#context.hub;
    const first = { since: clock.cloud(Math.min(completeSince, now)), checkedAt: now + this.#timing.backfillWaitMs };
    return checkpoints.get(installationId) ?? checkpoints.set(installationId, first);
  }

  /** Messages were lost, and the archive was not read since. */
  #hasGap(target: BackfillTarget, { checkedAt }: Checkpoint): boolean {
    return this.#readableAt(target) > checkedAt;
  }

  /** When the archive has the sessions that were lost last, ms of `clock.now()`. */
  #readableAt({ completeSince, missedChangeAt }: BackfillTarget): number {
    if (completeSince === undefined) return -Infinity;
    return Math.max(completeSince, missedChangeAt) + this.#timing.backfillWaitMs;
  }

  #isDue(target: BackfillTarget, checkpoint: Checkpoint, now: number): boolean {
    const { backfillEveryMs, backfillDoubtMs, backfillCalmMs } = this.#timing;
    const passedMs = now - checkpoint.checkedAt;
    if (this.#hasGap(target, checkpoint)) return now >= this.#readableAt(target) && passedMs >= backfillEveryMs;
    return passedMs >= (target.doubtful ? backfillDoubtMs : backfillCalmMs);
  }

  #mayRead(id: string): boolean {
    return clock.steady() >= (this.#repeats.get(id)?.at ?? -Infinity);
  }

  /** The next read waits twice as long, unless this one helps. */
  #wait(id: string, leastMs?: number): void {
    const backoff = this.#repeats.get(id) ?? new Backoff(REPEAT_MS.first, REPEAT_MS.longest);
    backoff.failed(undefined, clock.steady(), leastMs);
    this.#repeats.set(id, backoff);
  }

  #readMissing({ ids, installationId }: BackfillTarget, missing: readonly MissingFinish[], now: number): void {
    for (const chargerId of new Set(missing.map((finish) => finish.chargerId))) {
      if (!ids.has(chargerId) || !this.#mayRead(chargerId)) continue;
      const ends = missing.filter((finish) => finish.chargerId === chargerId).map(({ since }) => since);
      this.#wait(chargerId);
      void this.#read({ chargerId }, Math.min(...ends) - MARGIN_MS, now, installationId, (sessions) =>
        this.#context.hub.addArchived(sessions),
      );
    }
  }

  async #readAll({ ids, installationId }: BackfillTarget, checkpoint: Checkpoint, now: number): Promise<void> {
    const { hub } = this.#context;
    const oldest = now - REACH_MS;
    const since = Math.max(checkpoint.since, clock.cloud(oldest));
    const from = Math.max(checkpoint.checkedAt - this.#timing.backfillReachMs, oldest);
    this.#wait(installationId);
    const isOurs = ({ chargerId }: ArchivedSession) => typeof chargerId === 'string' && ids.has(chargerId);
    const complete = await this.#read({ installationId }, from, now, installationId, (sessions) =>
      hub.addArchived(sessions.filter(isOurs), since),
    );
    if (!complete) return;
    this.#repeats.delete(installationId);
    hub.setChecked(installationId, now);
  }

  /**
   * Page by page, so that memory does not grow with the time.
   * @returns whether all pages were read.
   */
  async #read(
    scope: ArchiveScope,
    from: number,
    now: number,
    installationId: string,
    onPage: (sessions: ArchivedSession[]) => void,
  ): Promise<boolean> {
    const [first, last] = [new Date(clock.cloud(from)), new Date(clock.cloud(now + MARGIN_MS))];
    const options = { lane: 'background', signal: this.#signal } as const;
    try {
      const pages = this.#context.api().sessions.archivedPages({ ...scope, from: first, to: last }, options);
      for await (const page of pages) onPage(page);
      return true;
    } catch (error) {
      const isClosed = isZaptecError(error) && error.cause.status === 403;
      if (isClosed) this.#wait(installationId, CLOSED_MS);
      return false;
    }
  }
}
