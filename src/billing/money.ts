/** Numbers that differ by as little are the same: the last places of a product of floating-point numbers. */
const LAST_PLACES = 1e-9;

/** An amount in hundredths, halves away from zero; sums of hundredths are exact. */
export function hundredths(amount: number): number {
  const rounded = Math.round((Math.abs(amount) + LAST_PLACES) * 100);
  return amount < 0 && rounded > 0 ? -rounded : rounded;
}

/** An amount of hundredths. */
export const amountOf = (count: number): number => count / 100;

const NANO = 1e9;

/** Adds energy without the errors of floating-point numbers, to the millionth of a Wh. */
export class EnergySum {
  #count = 0;

  add(kwh: number): void {
    this.#count += Math.round(kwh * NANO);
  }

  get kwh(): number {
    return this.#count / NANO;
  }
}
