import { clock } from '../time/clock';
import { isObject } from '../zaptec/json';

/**
 * Older sessions are history and not reported any more: the subscription is gone by then as well
 * (docs/service-bus.md, "Lifetime and consumers").
 */
export const REACH_MS = 14 * 24 * 3_600_000;
/** No account has feeds of so many installations. */
const MOST = 10_000;

/** Up to when the sessions of an installation are known to be reported. */
export interface Checkpoint {
  /** When its first feed began, ms of `clock.cloud()`: sessions that ended before are history. */
  since: number;
  /** Until when the archive was compared with the sessions that were reported, ms of `clock.now()`. */
  checkedAt: number;
}

/** By installation; outlives a restart with the ledger. */
export class Checkpoints {
  readonly #checkpoints = new Map<string, Checkpoint>();

  get(installationId: string): Checkpoint | undefined {
    return this.#checkpoints.get(installationId);
  }

  set(installationId: string, checkpoint: Checkpoint): Checkpoint {
    if (this.#checkpoints.size < MOST || this.#checkpoints.has(installationId)) {
      this.#checkpoints.set(installationId, checkpoint);
    }
    return checkpoint;
  }

  /** Plain JSON with wall times. */
  dump(): unknown {
    const dumped = [...this.#checkpoints].map(([id, { since, checkedAt }]) => [
      id,
      { since, checkedAt: clock.wall(checkedAt) },
    ]);
    return Object.fromEntries(dumped) as unknown;
  }

  /** Takes what is usable of what `dump` gave; after too long a time an installation begins anew. */
  restore(dumped: unknown): void {
    const now = clock.now();
    for (const [id, wall] of isObject(dumped) ? Object.entries(dumped) : []) {
      if (!isCheckpoint(wall)) continue;
      const restored = { since: wall.since, checkedAt: clock.fromWall(wall.checkedAt) };
      if (now - restored.checkedAt > REACH_MS) continue;
      const { since = Infinity, checkedAt = Infinity } = this.#checkpoints.get(id) ?? {};
      this.set(id, { since: Math.min(since, restored.since), checkedAt: Math.min(checkedAt, restored.checkedAt) });
    }
  }
}

function isCheckpoint(value: unknown): value is Checkpoint {
  return isObject(value) && Number.isFinite(value['since']) && Number.isFinite(value['checkedAt']);
}
