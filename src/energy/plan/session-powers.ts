import { isObject } from '../../zaptec/json';

/** For how long the power of the running session was seen, and the energy of that time. */
interface Running {
  ms: number;
  kwMs: number;
}

/** The power of so many sessions is kept: two cars in turn are both among them, and one that was sold is soon forgotten. */
const KEPT = 7;
/** A session that charged for less than this tells nothing, ms. */
const LEAST_MS = 10 * 60_000;
/** Nor does one with less energy, in which a car warms its battery or its seats before it leaves, kWh. */
const LEAST_KWH = 1;
const MS_PER_HOUR = 3_600_000;
/** A car that draws less than this charges in name only, and no charger gives more than the other, kW. */
const LEAST_KW = 0.5;
const MOST_KW = 1_000;

/** The mean power of the latest sessions at a charger, whose cars may come again in any order. */
export class SessionPowers {
  #kilowatts: readonly number[] = [];
  #running: Running = { ms: 0, kwMs: 0 };

  /** kW, one for each session that has ended, the latest last. */
  get kilowatts(): readonly number[] {
    return this.#kilowatts;
  }

  /** The car of the running session drew this power for so long. */
  observe(kw: number, forMs: number): void {
    if (!isPower(kw) || !(forMs > 0)) return;
    const { ms, kwMs } = this.#running;
    this.#running = { ms: ms + forMs, kwMs: kwMs + kw * forMs };
  }

  /** Another session has begun. */
  end(): void {
    const { ms, kwMs } = this.#running;
    this.#running = { ms: 0, kwMs: 0 };
    if (ms >= LEAST_MS && kwMs >= LEAST_KWH * MS_PER_HOUR)
      this.#kilowatts = [...this.#kilowatts, kwMs / ms].slice(-KEPT);
  }

  /** Plain JSON. */
  dump(): unknown {
    return { kilowatts: this.#kilowatts, running: this.#running };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    const { kilowatts, running } = dumped;
    if (Array.isArray(kilowatts)) this.#kilowatts = kilowatts.filter(isPower).slice(-KEPT);
    if (!isObject(running)) return;
    const { ms, kwMs } = running;
    if (typeof ms !== 'number' || typeof kwMs !== 'number' || !(ms > 0)) return;
    if (isPower(kwMs / ms)) this.#running = { ms, kwMs };
  }
}

const isPower = (kw: unknown): kw is number => typeof kw === 'number' && kw >= LEAST_KW && kw <= MOST_KW;
