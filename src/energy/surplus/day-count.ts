import { isObject } from '../../zaptec/json';
import type { Calendar } from '../calendar';

const LONGEST_MS = 25 * 3_600_000;

/** How often something has happened since midnight. */
export class DayCount {
  readonly #calendar: Calendar;
  #count = 0;
  #endsAt = -Infinity;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** A midnight that is further away than any day is long is one of a clock that was wrong. */
  at(now: number): number {
    return now < this.#endsAt && this.#endsAt - now <= LONGEST_MS ? this.#count : 0;
  }

  add(now: number): void {
    this.#count = this.at(now) + 1;
    this.#endsAt = this.#calendar.day(now).end;
  }

  /** Plain JSON. */
  dump(): unknown {
    return { count: this.#count, endsAt: Number.isFinite(this.#endsAt) ? this.#endsAt : undefined };
  }

  restore(dumped: unknown): void {
    const { count, endsAt } = isObject(dumped) ? dumped : {};
    if (!Number.isSafeInteger(count) || !Number.isFinite(endsAt)) return;
    this.#count = Math.max(0, count as number);
    this.#endsAt = endsAt as number;
  }
}
