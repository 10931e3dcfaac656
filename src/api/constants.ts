import type { Answer, CallOptions } from '../http/cache';
import type { Caller } from './caller';
import { objectFrom, type JsonObject } from './shape';

/** The tables of the cloud, `zaptec-api.md` 2.18; good for a day. */
export class Constants {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get(options: CallOptions = {}): Promise<Answer<JsonObject>> {
    return this.#caller.get('/api/constants', options, objectFrom('the constants'));
  }
}
