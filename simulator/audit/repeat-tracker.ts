import type { RequestRecord } from '../request-record';
import { SECOND } from './wording';

/** Two calls of a client that tries five times and renews its token, and a little more. */
const MOST_TRIES = 12;
/** After such a rest it is no storm, however long the outage lasts; less a little for the network. */
const RESTED_MS = 14 * SECOND;

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
    const rested = last !== undefined && record.at - last.at >= RESTED_MS;
    const retry = last && failed(last) && (rested || this.#tries < MOST_TRIES);
    // One that got no answer does not count: it may never have arrived.
    const answered = last?.status === 0 ? 0 : 1;
    this.#tries = retry && !rested ? this.#tries + answered : 1;
    this.last = record;
    return retry === true;
  }
}
