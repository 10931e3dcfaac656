import { isObject } from '../zaptec/json';
import { clock } from '../time/clock';

/**
 * What is older is history, and not told any more: the subscription is gone by then as well
 * (docs/service-bus.md, "Lifetime and consumers").
 */
export const REACH_MS = 14 * 24 * 3_600_000;
/** No account has so many installations that are listened to. */
const MOST = 10_000;

/** How far the sessions of an installation are known to be told. */
export interface Checkpoint {
  /** When it was first listened to, ms: what ended before was never to be told. */
  since: number;
  /** Until when the history was compared with what was told, ms. */
  checkedAt: number;
}

/** By installation; outlives a restart with the ledger. */
export class Checkpoints {
  readonly #checkpoints = new Map<string, Checkpoint>();

  get(installationId: string): Checkpoint | undefined {
    return this.#checkpoints.get(installationId);
  }

  set(installationId: string, checkpoint: Checkpoint): Checkpoint {
    if (this.#checkpoints.size < MOST || this.#checkpoints.has(installationId))
      this.#checkpoints.set(installationId, checkpoint);
    return checkpoint;
  }

  dump(): unknown {
    return Object.fromEntries(this.#checkpoints);
  }

  /** Takes what is usable; after too long a time listening begins anew. */
  restore(dumped: unknown, now = clock.now()): void {
    for (const [id, checkpoint] of isObject(dumped) ? Object.entries(dumped) : []) {
      if (!isMark(checkpoint) || now - checkpoint.checkedAt > REACH_MS) continue;
      const { since = Infinity, checkedAt = Infinity } = this.#checkpoints.get(id) ?? {};
      this.set(id, {
        since: Math.min(since, checkpoint.since, now),
        checkedAt: Math.min(checkedAt, checkpoint.checkedAt, now),
      });
    }
  }
}

function isMark(value: unknown): value is Checkpoint {
  return isObject(value) && Number.isFinite(value['since']) && Number.isFinite(value['checkedAt']);
}
