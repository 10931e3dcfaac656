const STEP = 0x6d2b79f5;
const TWO_32 = 4_294_967_296;

/** A seeded random generator (mulberry32): the same seed gives the same numbers. */
export class Prng {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 inclusive to 1 exclusive. */
  next(): number {
    this.#state = (this.#state + STEP) >>> 0;
    return scramble(this.#state) / TWO_32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number, both ends included. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Roughly a normal distribution, never further than three deviations from the middle. */
  normal(middle: number, deviation: number): number {
    return middle + (this.next() + this.next() + this.next() - 1.5) * 2 * deviation;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.next() * list.length)] ?? list[0];
  }

  shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, rank: this.next() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  /** A separate stream of numbers, so that one part of the world does not shift the numbers of another. */
  fork(label: number): Prng {
    return new Prng(scramble((this.#state ^ Math.imul(label + 1, 0x9e3779b1)) >>> 0));
  }
}

/** A number from 0 to 1 that depends only on its arguments, for values that are a function of time. */
export function hashed(seed: number, index: number): number {
  return scramble((seed ^ Math.imul(index, 0x9e3779b1)) >>> 0) / TWO_32;
}

function scramble(state: number): number {
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
