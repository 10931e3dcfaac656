import type { Caller } from '../api/caller';
import { Sessions } from '../api/sessions';
import { checkSettings, PRIORITY } from '../api/settings';
import type { Answer, CallOptions } from '../http/cache';
import { asGuid } from '../zaptec/guid';
import type { GovernedWrites } from './governed-writes';

export interface Priority {
  prioritizedPhases: 1 | 3;
  /** The least current of the session, in A, 0 to 32. */
  prioritizedCurrent: number;
}

/** Sessions, whose priority is set at most once a minute. */
export class PacedSessions extends Sessions {
  readonly #governed: GovernedWrites;

  constructor(caller: Caller, governed: GovernedWrites) {
    super(caller);
    this.#governed = governed;
  }

  /** Serves the session first. Sent at most once, because nobody knows whether a lost answer acted. */
  async prioritize(id: string, priority: Priority, options: CallOptions = {}): Promise<Answer<unknown>> {
    return this.#governed.priority(asGuid(id, 'session'), checkSettings(PRIORITY, priority), options);
  }
}
