import { SECOND } from '../durations';
import type { RequestRecord } from '../request-record';

/** Enough for two calls of a client that tries five times and renews its token. */
const MAX_TRIES = 12;
/**
 * ms; after such a pause a further try is not excessive, however long the outage lasts. A little less than 15 s, for
 * the network.
 */
const REST_MS = 14 * SECOND;

/** Whether the client learned nothing from the answer, so that a retry is right. A 403 or a 404 is an answer. */
export function hasFailed({ status, corrupted }: RequestRecord): boolean {
  return corrupted === true || status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

/** Tracks repeated requests for one object. */
export class RepeatTracker {
  last: RequestRecord | undefined;
  #tries = 1;

  /** Adds a request and returns whether it only retries the last one, which no rule counts as a new read. */
  isRetry(record: RequestRecord): boolean {
    const { last } = this;
    const paused = last !== undefined && record.at - last.at >= REST_MS;
    const retry = last && hasFailed(last) && (paused || this.#tries < MAX_TRIES);
    // A try without an answer does not count: the request may never have arrived.
    const answered = last?.status === 0 ? 0 : 1;
    this.#tries = retry && !paused ? this.#tries + answered : 1;
    this.last = record;
    return retry === true;
  }
}
