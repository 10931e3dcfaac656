import { hashed } from '../../prng';

/** 0 to 1, smooth over time: the same for the same seed and time. */
export function smoothNoise(seed: number, time: number, period: number): number {
  const at = time / period;
  const index = Math.floor(at);
  const [from, to] = [hashed(seed, index), hashed(seed, index + 1)];
  return from + (to - from) * (at - index);
}
