import { isObject } from '../../zaptec/json';

/** Power that was left for the car, in W, around a time in ms. */
export interface Sample {
  at: number;
  sunW: number;
}

/** However often the meter sends, the mean of so long is one sample, ms. */
const BUCKET_MS = 5_000;
/** Longer than every delay, ms. */
const KEPT_MS = 121 * 60_000;
const MINUTE = 60_000;
const MOST_RESTORED = 130;

/** The recent power of the sun, in steps of five seconds, so that neither a fast nor a slow meter counts for more. */
export class SampleWindow {
  #samples: Sample[] = [];
  #count = 0;

  get last(): Sample | undefined {
    return this.#samples.at(-1);
  }

  /** @param at ms, not before the sample before it */
  add(at: number, sunW: number): void {
    const start = Math.floor(at / BUCKET_MS) * BUCKET_MS;
    const last = this.#samples.at(-1);
    if (last && last.at >= start) {
      this.#count += 1;
      last.sunW += (sunW - last.sunW) / this.#count;
      return;
    }
    this.#count = 1;
    this.#samples.push({ at: start, sunW });
    if ((this.#samples[0]?.at ?? start) >= start - 2 * KEPT_MS) return;
    this.#samples = this.#samples.filter((sample) => sample.at >= start - KEPT_MS);
  }

  /** The samples of the last `ms`; with a slow meter at least the last one. */
  since(now: number, ms: number): readonly Sample[] {
    let first = this.#samples.length;
    while (first > 0 && (this.#samples[first - 1] as Sample).at > now - ms) first -= 1;
    return this.#samples.slice(Math.min(first, Math.max(0, this.#samples.length - 1)));
  }

  clear(): void {
    this.#samples = [];
  }

  /** Plain JSON: the means of the minutes since a time. */
  dump(from: number): unknown {
    const minutes = new Map<number, { sum: number; count: number }>();
    for (const { at, sunW } of this.#samples.filter((sample) => sample.at > from)) {
      const minute = Math.floor(at / MINUTE) * MINUTE;
      const { sum, count } = minutes.get(minute) ?? { sum: 0, count: 0 };
      minutes.set(minute, { sum: sum + sunW, count: count + 1 });
    }
    return [...minutes].map(([at, { sum, count }]) => ({ at, sunW: Math.round(sum / count) }));
  }

  restore(dumped: unknown): void {
    if (!Array.isArray(dumped)) return;
    for (const sample of dumped.slice(-MOST_RESTORED) as unknown[]) {
      const { at, sunW } = isObject(sample) ? sample : {};
      if (isNumber(at) && isNumber(sunW) && at >= (this.last?.at ?? 0)) this.add(at, sunW);
    }
  }

  /** Those of an earlier run may lie long ago, or in the future where a clock was set. */
  keep(from: number, until: number): void {
    this.#samples = this.#samples.filter(({ at }) => at >= from && at <= until);
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
