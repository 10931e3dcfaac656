import type { RequestRecord } from '../../request-record';
import type { Observer, Seen } from '../rule';
import { Asks, failed } from '../repeat-tracker';
import { Burst } from '../sliding-window';
import { Findings } from '../findings';
import { Recent } from '../expiring-map';
import { duration, HOUR, JITTER_MS, many, MINUTE, SECOND } from '../wording';

/** "/state: server cache 15 s, faster polling is useless" (`zaptec-api.md` 4). */
const CACHED_MS = 15 * SECOND;
/** Once a minute while charging, and a tenth on top. */
const PER_HOUR = 66;
/** So long after a command the client may look whether it worked. */
const CONFIRMING_MS = MINUTE;

interface Polled {
  readonly asks: Asks;
  readonly hour: Burst<{ at: number }>;
  /** Asked while the first was under way: too soon if that gets an answer, a retry if it does not. */
  doubtful?: { first: RequestRecord; again: RequestRecord };
}

/** "Do not use the API for aggressive polling of charger or installation states." */
export class Polling implements Observer {
  readonly #findings = new Findings();
  readonly #chargers = new Recent<Polled>(HOUR);
  readonly #commanded = new Recent<true>(CONFIRMING_MS);
  #shortest = Infinity;
  #most = 0;

  onArrival({ record, call: { endpoint, id } }: Seen): void {
    const { at } = record;
    if (endpoint === 'charger-command' || endpoint === 'charger-update') this.#commanded.set(id, at, true);
    if (endpoint !== 'charger-state' || this.#commanded.get(id, at)) return;
    const polled = this.#chargers.touch(id, at, () => ({ asks: new Asks(), hour: new Burst(PER_HOUR, HOUR) }));
    const { last } = polled.asks;
    if (polled.asks.isRetry(record)) {
      if (last?.status === 0) polled.doubtful = { first: last, again: record };
      return;
    }
    if (last) this.#judge(last, record);
    // Only the time is kept: 66 whole requests of each of 10,000 chargers would be too much.
    const tooMany = polled.hour.add({ at });
    this.#most = Math.max(this.#most, polled.hour.count);
    if (tooMany) this.#findings.add(...(last ? [last] : []), record);
  }

  onAnswer({ record, call: { endpoint, id } }: Seen): void {
    if (endpoint !== 'charger-state' || failed(record)) return;
    const polled = this.#chargers.get(id, record.at);
    if (polled?.doubtful?.first !== record) return;
    this.#judge(record, polled.doubtful.again);
    delete polled.doubtful;
  }

  verdict() {
    const often = `at most ${many(this.#most, 'time')} an hour`;
    return this.#findings.verdict(
      () =>
        this.#shortest === Infinity
          ? 'No state of a charger was asked twice.'
          : `The state of one charger was asked ${often}, never sooner than ${duration(this.#shortest)} after the last.`,
      () =>
        `The state of one charger was asked as soon as ${duration(this.#shortest)} after the last and up to ${this.#most > PER_HOUR ? `more than ${PER_HOUR}` : this.#most} times an hour, ${many(this.#findings.count, 'time')} too often; it is cached for ${duration(CACHED_MS)}, and ${PER_HOUR} an hour are allowed.`,
    );
  }

  #judge(last: RequestRecord, record: RequestRecord): void {
    const gap = record.at - last.at;
    this.#shortest = Math.min(this.#shortest, gap);
    if (gap < CACHED_MS - JITTER_MS) this.#findings.add(last, record);
  }
}
