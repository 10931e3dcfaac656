const HOUR = 3_600;

/** The mean power from the grid in each hour of the clock, which begins with the day. */
export class HourlyMeans {
  readonly #kwh = new Map<number, number>();

  /** @param watts what flows from the grid, negative where it flows into it */
  add(second: number, watts: number, forS: number): void {
    const hour = hourOf(second);
    this.#kwh.set(hour, this.#usedKwh(hour) + (Math.max(0, watts) * forS) / HOUR / 1_000);
  }

  /** Of all hours, kW. */
  get highestKw(): number {
    return Math.round(Math.max(...this.#kwh.values()) * 100) / 100;
  }

  /** The mean power that the rest of an hour may have, kW, so that the mean of the whole of it is not above a bound. */
  leftKw(second: number, boundKw: number): number {
    const hour = hourOf(second);
    return (boundKw - this.#usedKwh(hour)) / (hour + 1 - second / HOUR);
  }

  #usedKwh(hour: number): number {
    return this.#kwh.get(hour) ?? 0;
  }
}

const hourOf = (second: number): number => Math.floor(second / HOUR);
