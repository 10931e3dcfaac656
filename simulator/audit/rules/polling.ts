import { HOUR, MINUTE, SECOND } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { RuleObserver, AuditedRequest } from '../rule';
import { RepeatTracker, hasFailed } from '../repeat-tracker';
import { SlidingWindow } from '../sliding-window';
import { Findings } from '../findings';
import { ExpiringMap } from '../expiring-map';
import { duration, JITTER_MS, many } from '../wording';

/** The server keeps a state for 15 s, so that faster polling is useless (docs/zaptec-api.md, "Rate limits"). */
const CACHED_MS = 15 * SECOND;
/** Once a minute while charging, and ten percent more. */
const MAX_PER_HOUR = 66;
/** ms after a command in which a client may read the state to confirm it. */
const CONFIRMATION_MS = MINUTE;

interface ChargerPolling {
  readonly repeats: RepeatTracker;
  readonly lastHour: SlidingWindow<{ at: number }>;
  /** A read while the first one was pending: too early where the first gets an answer, otherwise a retry. */
  undecided?: { first: RequestRecord; again: RequestRecord };
}

/** "Do not use the API for aggressive polling of charger or installation states." */
export class Polling implements RuleObserver {
  readonly #findings = new Findings();
  readonly #chargers = new ExpiringMap<ChargerPolling>(HOUR);
  readonly #commanded = new ExpiringMap<true>(CONFIRMATION_MS);
  #shortest = Infinity;
  #maxPerHour = 0;

  onArrival({ record, call: { endpoint, id } }: AuditedRequest): void {
    const { at } = record;
    if (endpoint === 'charger-command' || endpoint === 'charger-update') this.#commanded.set(id, at, true);
    if (endpoint !== 'charger-state' || this.#commanded.get(id, at)) return;
    const polled = this.#chargers.getOrAdd(id, at, () => ({
      repeats: new RepeatTracker(),
      lastHour: new SlidingWindow(MAX_PER_HOUR, HOUR),
    }));
    const { last } = polled.repeats;
    if (polled.repeats.isRetry(record)) {
      if (last?.status === 0) polled.undecided = { first: last, again: record };
      return;
    }
    if (last) this.#check(last, record);
    // Only the time is kept: 66 records for each of 10,000 chargers would need too much memory.
    const tooMany = polled.lastHour.add({ at });
    this.#maxPerHour = Math.max(this.#maxPerHour, polled.lastHour.count);
    if (tooMany) this.#findings.add(...(last ? [last] : []), record);
  }

  onAnswer({ record, call: { endpoint, id } }: AuditedRequest): void {
    if (endpoint !== 'charger-state' || hasFailed(record)) return;
    const polled = this.#chargers.get(id, record.at);
    if (polled?.undecided?.first !== record) return;
    this.#check(record, polled.undecided.again);
    delete polled.undecided;
  }

  verdict() {
    const often = `at most ${many(this.#maxPerHour, 'time')} an hour`;
    return this.#findings.verdict(
      () =>
        this.#shortest === Infinity
          ? 'No state of a charger was read twice.'
          : `The state of one charger was read ${often}, never sooner than ${duration(this.#shortest)} after the last.`,
      () =>
        `The state of one charger was read as soon as ${duration(this.#shortest)} after the last and up to ${this.#maxPerHour > MAX_PER_HOUR ? `more than ${MAX_PER_HOUR}` : this.#maxPerHour} times an hour, ${many(this.#findings.count, 'time')} too often; it is cached for ${duration(CACHED_MS)}, and ${MAX_PER_HOUR} an hour are allowed.`,
    );
  }

  #check(last: RequestRecord, record: RequestRecord): void {
    const gap = record.at - last.at;
    this.#shortest = Math.min(this.#shortest, gap);
    if (gap < CACHED_MS - JITTER_MS) this.#findings.add(last, record);
  }
}
