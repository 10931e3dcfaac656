import { asGuid } from '../http/guid';
import type { Answer, CallOptions } from '../http/cache';
import type { Caller } from './caller';
import { PRIORITY, checkSettings } from './settings';
import { objectFrom, type JsonObject } from './shape';

export interface Priority {
  prioritizedPhases: 1 | 3;
  /** The least current of the session, in A, 0 to 32. */
  prioritizedCurrent: number;
}

/** One charge from authorisation to unplugging, `zaptec-api.md` 2.16. */
export class Sessions {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** @throws ZaptecError `ID_INVALID` */
  async get(id: string, options: CallOptions = {}): Promise<Answer<JsonObject>> {
    return this.#caller.get(`/api/session/${asGuid(id, 'session')}`, options, objectFrom('the session'));
  }

  /** Serves the session first. Sent at most once, because nobody knows whether a lost answer acted. */
  async prioritize(id: string, priority: Priority, options: CallOptions = {}): Promise<Answer<unknown>> {
    const path = `/api/session/${asGuid(id, 'session')}/priority`;
    return this.#caller.post(path, checkSettings(PRIORITY, priority), options);
  }
}
