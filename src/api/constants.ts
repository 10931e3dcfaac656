import type { Answer, CallOptions } from '../http/cache';
import type { Caller } from './caller';
import { useConstants } from '../zaptec/constants-table';
import { objectFrom } from './shape';
import type { JsonObject } from '../zaptec/json';

/** The tables of the cloud (docs/zaptec-api.md, "Constants"); good for a day. */
export class Constants {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get(options: CallOptions = {}): Promise<Answer<JsonObject>> {
    return this.#caller.get('/api/constants', options, objectFrom('the constants'));
  }

  /**
   * Takes the names of observations and warnings from the cloud over those that came with the package; worth a call a
   * day. Never rejects.
   * @returns false when the cloud did not send them; then the names stay as they were.
   */
  async refresh(options: CallOptions = {}): Promise<boolean> {
    try {
      const { data } = await this.get({ lane: 'background', ...options });
      useConstants(data);
      return true;
    } catch {
      return false;
    }
  }
}
