import { SECOND } from '../durations';
import type { RequestRecord } from '../request-record';

/** Two calls of a client that tries five times and renews its token, and a little more. */
const MAX_TRIES = 12;
/** After such a rest it is no storm, however long the outage lasts; less a little for the network. */
const REST_MS = 14 * SECOND;

/** Nothing was learnt from it, so that trying again is right. A 403 or a 404 is an answer. */
export function hasFailed({ status, corrupted }: RequestRecord): boolean {
  return corrupted === true || status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

/** The requests for one thing, one after the other. */
export class RepeatTracker {
  last: RequestRecord | undefined;
  #tries = 1;

  /** Whether this is only a further try of the last one, which no rule counts as asking again. Then the last is this. */
  isRetry(record: RequestRecord): boolean {
    const { last } = this;
    const rested = last !== undefined && record.at - last.at >= REST_MS;
    const retry = last && hasFailed(last) && (rested || this.#tries < MAX_TRIES);
    // One that got no answer does not count: it may never have arrived.
    const answered = last?.status === 0 ? 0 : 1;
    this.#tries = retry && !rested ? this.#tries + answered : 1;
    this.last = record;
    return retry === true;
  }
}
