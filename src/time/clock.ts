import { bootId, type BootTime } from './boot';

/** So many answers of the cloud are remembered for its time. */
const MOST_LEADS = 8;

/**
 * The one clock. A person or NTP may set the wall clock of a computer at any time, and the wall clock leaps when the
 * computer has slept. So nothing in this package compares two readings of `Date.now()`.
 *
 * | time                                                                      | asked of                             |
 * | ------------------------------------------------------------------------- | ------------------------------------ |
 * | age of data: read, received, confirmed, a gap, the life of a token        | `now()`                              |
 * | pace, limit, back-off, patience, watchdog, delay of a save                | `steady()`                           |
 * | comes from a file                                                         | `fromWall()`, `steadyFromWall()`     |
 * | goes to the cloud or a file                                               | `wall()`, `steadyToWall()`           |
 * | is a pace that outlives the process                                       | `steadyToBoot()`, `steadyFromBoot()` |
 * | is compared with a time that the cloud gave, or is the age of one         | `cloud()`, `sinceCloud()`            |
 * | for people and messages                                                   | `iso()`, `steadyIso()`               |
 */
class Clock {
  #offsetMs = 0;
  #startMs = 0;
  /** By how much the cloud was ahead of `steady()` by each of its last answers, ms. */
  #cloudLeadsMs: number[] = [];
  /** The greatest: an answer that was long under way, or comes from a cache, makes the lead too small, never too large. */
  #cloudLeadMs: number | undefined;
  /** By how much `now()` was ahead of `steady()` at the last answer of the cloud, ms. */
  #aheadMs = 0;
  #bootId: string | undefined;
  /** By how much the clock of the computer is ahead of that of the process, ms. */
  #bootLeadMs = 0;

  constructor() {
    this.restart(bootId());
  }

  /**
   * ms since 1970, never going back within the process. It leaps forward with the wall clock, since that may mean that
   * the computer has slept: for the age of data and the life of a token.
   */
  now(): number {
    const runningMs = performance.now();
    this.#offsetMs = Math.max(this.#offsetMs, Date.now() - runningMs);
    return Math.floor(runningMs + this.#offsetMs);
  }

  /**
   * ms since 1970 by the wall clock of the start, and only as much more as this process has been running: for paces and
   * limits, which no clock that is set may shorten or lengthen.
   */
  steady(): number {
    return Math.floor(performance.now() + this.#startMs);
  }

  /** What the wall clock, as it is set now, would have shown at a time of `now()`, in ms: for files and the cloud. */
  wall(at: number = this.now()): number {
    const leadMs = this.now() - Date.now();
    // What is less than a second is the reading of two clocks one after the other.
    return Math.abs(leadMs) < 1_000 ? at : at - leadMs;
  }

  /** The same way back: a wall time in ms as a time of `now()`. A wall time in the future counts as now. */
  fromWall(wallMs: number): number {
    return Math.min(this.now(), wallMs + this.now() - this.wall());
  }

  /** The cloud gave this time in an answer that has just come, ms since 1970. */
  onCloudTime(cloudMs: number): void {
    this.#cloudLeadsMs = [...this.#cloudLeadsMs, cloudMs - this.steady()].slice(-MOST_LEADS);
    this.#cloudLeadMs = Math.max(...this.#cloudLeadsMs);
    this.#aheadMs = this.now() - this.steady();
  }

  /**
   * What the clock of the cloud shows at a time of `now()`, ms since 1970, whatever ours is set to. Until the cloud has
   * answered for the first time, `now()` stands for it.
   */
  cloud(at: number = this.now()): number {
    return this.#cloudLeadMs === undefined ? at : at - this.now() + this.steady() + this.#cloudLeadMs;
  }

  /**
   * The same way back, for the age of what the cloud gave: a time of the cloud as one of `now()`. A leap of the wall clock
   * since the last answer counts, since the computer may have slept. A time in the future counts as now: a charger whose
   * clock is ahead has not measured in the future.
   */
  fromCloud(cloudMs: number): number {
    if (this.#cloudLeadMs === undefined) return this.fromWall(cloudMs);
    const now = this.now();
    const leaptMs = now - this.steady() - this.#aheadMs;
    return Math.min(now, cloudMs + now - this.cloud(now) - leaptMs);
  }

  /** How long ago a time of the cloud was, in ms: never negative, however long the computer does something else here. */
  sinceCloud(cloudMs: number): number {
    const now = this.now();
    return Math.max(0, now - this.fromCloud(cloudMs));
  }

  /** What the wall clock shows at a time of `now()`, ISO 8601 with Z; for people and messages, never to be compared. */
  iso(at: number = this.now()): string {
    return new Date(this.wall(at)).toISOString();
  }

  /** The same for a time of `steady()`. */
  steadyIso(at: number): string {
    return new Date(this.steadyToWall(at)).toISOString();
  }

  /** What the wall clock shows at a time of `steady()`, ms since 1970: for what outlives the process. */
  steadyToWall(at: number): number {
    return Math.round(Date.now() + (at - this.steady()));
  }

  /** The time of `steady()` for a wall time of a file or of another machine; one in the future counts as now. */
  steadyFromWall(at: number): number {
    return this.steady() - Math.max(0, Date.now() - at);
  }

  /**
   * A time of `steady()` for another process of this computer, which no wall clock that is set changes; undefined where
   * the system does not name its starts.
   */
  steadyToBoot(at: number): BootTime | undefined {
    if (this.#bootId === undefined) return undefined;
    return { id: this.#bootId, ms: at - this.steady() + this.#bootMs() };
  }

  /** The same way back; undefined where the computer was started anew since. */
  steadyFromBoot({ id, ms }: BootTime): number | undefined {
    const ageMs = this.#bootMs() - ms;
    return id === this.#bootId && ageMs >= 0 ? this.steady() - ageMs : undefined;
  }

  #bootMs(): number {
    return Math.floor(performance.now() + this.#bootLeadMs);
  }

  /**
   * Begins anew with the wall clock of now: for tests that bring a clock of their own.
   * @param bootId names the start of their computer.
   */
  restart(bootId?: string): void {
    this.#bootId = bootId;
    this.#bootLeadMs = bootLead();
    this.#startMs = Date.now() - performance.now();
    this.#offsetMs = this.#startMs;
    this.#cloudLeadsMs = [];
    this.#cloudLeadMs = undefined;
  }
}

/** The process may be stopped between the two readings: the attempt that took the shortest time is the best, ms. */
function bootLead(): number {
  const attempts = Array.from({ length: 5 }, () => {
    const before = performance.now();
    const bootMs = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    return { lead: bootMs - after, took: after - before };
  });
  return attempts.reduce((best, each) => (each.took < best.took ? each : best)).lead;
}

/** The part of the clock that a test replaces by a time of its own. */
export type TimeSource = Pick<Clock, 'now' | 'steady' | 'wall' | 'fromWall' | 'cloud' | 'iso'>;

export const clock = new Clock();
