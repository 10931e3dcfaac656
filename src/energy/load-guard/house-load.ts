/** A load that lasts less than this is a spike, which no limit can follow, ms. */
export const SPIKE_MS = 12_000;
/** Loads are kept in parts of so many ms. */
const PART_MS = 5_000;
/** The longest time that is looked back, ms. */
const KEPT_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** Of the minutes that a raise is chosen by, so many are kept. */
const MINUTES = 60;

interface Sample {
  at: number;
  ampere: number;
}

/** What the house takes on one phase over the last minutes, without its cars and without spikes. */
export class HouseLoad {
  /** Of the last seconds, the oldest first. */
  #samples: Sample[] = [];
  /** The highest load that lasted, by the start of each part. */
  #parts: Sample[] = [];
  /** The same by the minute, over the last hour. */
  #minutes: Sample[] = [];
  /** Since when values have come without a gap. */
  #since = NaN;
  #lastAt = NaN;

  /** @param gapMs a longer time without a value is a gap, and what was before it no longer counts */
  add(ampere: number, now: number, gapMs: number): void {
    if (!(now >= this.#lastAt && now - this.#lastAt <= gapMs)) {
      this.#samples = [];
      this.#parts = [];
      this.#since = now;
    }
    this.#lastAt = now;
    this.#samples.push({ at: now, ampere });
    while ((this.#samples[0] as Sample).at <= now - SPIKE_MS) this.#samples.shift();
    note(this.#parts, Math.floor(now / PART_MS) * PART_MS, this.lasting);
    note(this.#minutes, Math.floor(now / MINUTE_MS) * MINUTE_MS, this.lasting);
    while ((this.#parts[0] as Sample).at < now - KEPT_MS - PART_MS) this.#parts.shift();
    while (this.#minutes.length > MINUTES) this.#minutes.shift();
  }

  /** The highest load that lasted in each minute of the last hour, the oldest first, A. */
  get minutes(): number[] {
    return this.#minutes.map(({ ampere }) => ampere);
  }

  /** The load that has lasted for 12 s, A. */
  get lasting(): number {
    return this.#samples.reduce((least, { ampere }) => Math.min(least, ampere), Infinity);
  }

  /** The highest load of the last 12 s, A. */
  get peak(): number {
    return this.#samples.reduce((most, { ampere }) => Math.max(most, ampere), -Infinity);
  }

  /** The highest load that lasted within the last time; undefined while the values do not reach back so far. */
  highest(now: number, forMs: number): number | undefined {
    if (!(now - this.#since >= forMs)) return undefined;
    return this.#parts.reduce(
      (most, { at, ampere }) => (at >= now - forMs ? Math.max(most, ampere) : most),
      this.lasting,
    );
  }
}

function note(parts: Sample[], start: number, ampere: number): void {
  const last = parts.at(-1);
  if (last?.at === start) last.ampere = Math.max(last.ampere, ampere);
  else parts.push({ at: start, ampere });
}
