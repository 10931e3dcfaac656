import type { SessionCost } from './cost';
import { amountOf, EnergySum, hundredths } from './money';

/** The sum of some sessions, exact to the millionth of a Wh and to 0.01. */
export interface Total {
  sessions: number;
  energyKwh: number;
  durationMinutes: number;
  /** Undefined while the cost of one of the sessions is not known. */
  cost: number | undefined;
  costSpot: number | undefined;
  costTariff: number | undefined;
  costFixed: number | undefined;
  /** Energy for which there is no price, kWh. */
  unpricedKwh: number;
}

/** What a session adds to a total. */
export interface Addend extends Pick<SessionCost, 'cost' | 'costSpot' | 'costTariff' | 'costFixed' | 'unpricedKwh'> {
  energyKwh: number | undefined;
  durationMinutes: number | undefined;
}

const PARTS = ['costSpot', 'costTariff', 'costFixed'] as const;

/**
 * Sums by a key, with memory for each key alone. The order is that of the first session of each key.
 * @typeParam K what is known of a key: the columns that name it.
 */
export class Totals<K extends object> {
  readonly #sums = new Map<string, { columns: K; sum: Sum }>();

  /** @param columns what the row of this key begins with; the newest ones count, as a name may have changed. */
  add(key: string, columns: K, addend: Addend): void {
    const known = this.#sums.get(key);
    const sum = known?.sum ?? new Sum();
    sum.add(addend);
    if (known) known.columns = columns;
    else this.#sums.set(key, { columns, sum });
  }

  rows(): (K & Total)[] {
    return [...this.#sums.values()].map(({ columns, sum }) => ({ ...columns, ...sum.total }));
  }
}

class Sum {
  #sessions = 0;
  #minutes = 0;
  #isKnown = true;
  #cost: number | undefined;
  readonly #energy = new EnergySum();
  readonly #unpriced = new EnergySum();
  readonly #parts = new Map<(typeof PARTS)[number], number>();

  add(addend: Addend): void {
    this.#sessions += 1;
    this.#minutes += addend.durationMinutes ?? 0;
    this.#energy.add(addend.energyKwh ?? 0);
    this.#unpriced.add(addend.unpricedKwh);
    if (addend.cost === undefined) this.#isKnown = false;
    else this.#cost = (this.#cost ?? 0) + hundredths(addend.cost);
    for (const part of PARTS) {
      const value = addend[part];
      if (value !== undefined) this.#parts.set(part, (this.#parts.get(part) ?? 0) + hundredths(value));
    }
  }

  get total(): Total {
    const part = (name: (typeof PARTS)[number]) => amount(this.#parts.get(name));
    return {
      sessions: this.#sessions,
      energyKwh: this.#energy.kwh,
      durationMinutes: Math.round(this.#minutes * 100) / 100,
      cost: this.#isKnown ? amount(this.#cost) : undefined,
      costSpot: part('costSpot'),
      costTariff: part('costTariff'),
      costFixed: part('costFixed'),
      unpricedKwh: this.#unpriced.kwh,
    };
  }
}

const amount = (count: number | undefined): number | undefined => (count === undefined ? undefined : amountOf(count));
