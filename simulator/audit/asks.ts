import type { RequestRecord } from '../records';
import { MINUTE } from './times';

/** As often does Home Assistant's integration try, in agreement with Zaptec (`zaptec-api.md` 4). */
const MOST_TRIES = 8;

/** Nothing was learnt from it, so that trying again is right. A 403 or a 404 is an answer. */
export function failed({ status, spoilt }: RequestRecord): boolean {
  return spoilt === true || status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

/** The requests for one thing, one after the other. */
export class Asks {
  last: RequestRecord | undefined;
  #tries = 1;

  /** Whether this is only a further try of the last one, which no rule counts as asking again. Then the last is this. */
  isRetry(record: RequestRecord): boolean {
    const { last } = this;
    const retry = last && failed(last) && record.at - last.at <= MINUTE && this.#tries < MOST_TRIES;
    this.#tries = retry ? this.#tries + 1 : 1;
    this.last = record;
    return retry === true;
  }
}
