import type { WorldState } from './state';
import { DAY, HOUR, MINUTE } from '../durations';
import type { Meter } from './model';
import { hashed } from '../prng';
import { NOMINAL_V } from './physics/electric';

/** W by local hour of the day, from midnight. */
const HOUSE_W = [
  320, 300, 290, 290, 300, 380, 750, 1100, 900, 650, 600, 700, 850, 700, 600, 650, 900, 1500, 1900, 1700, 1400, 1100,
  700, 450,
] as const;
const SUN_PEAK_W = 7000;
const SUNRISE = 5;
const SUNSET = 20;
const OFFSET = HOUR;

const STREAM = { house: 1, kettle: 2, split: 3, clouds: 4 };

/**
 * House, sun and grid at a time: a function of seed and time, apart from the chargers and the house load that was set.
 */
export function readMeter(state: WorldState, time: number): Meter {
  const { seed, houses, load } = state;
  const baseW = houses * houseAt(seed, time);
  const houseW = baseW + (load[0] + load[1] + load[2]) * NOMINAL_V;
  const sunW = houses * sunAt(seed, time);
  const [first, second, third] = split(seed, time).map((part) => (baseW * part) / NOMINAL_V) as typeof load;
  const house = [first + load[0], second + load[1], third + load[2]] as const;
  const chargers: [number, number, number] = [0, 0, 0];
  let chargersW = 0;
  for (const { powerW, currents } of state.chargers.values()) {
    chargersW += powerW;
    if (powerW > 0) for (const phase of [0, 1, 2] as const) chargers[phase] += currents[phase];
  }
  const sunA = sunW / 3 / NOMINAL_V;
  return {
    time: new Date(time).toISOString(),
    houseW: Math.round(houseW),
    sunW: Math.round(sunW),
    chargersW: Math.round(chargersW),
    gridW: Math.round(houseW) + Math.round(chargersW) - Math.round(sunW),
    currentA: phases((phase) => house[phase] + chargers[phase] - sunA),
    houseA: phases((phase) => house[phase]),
  };
}

const phases = (of: (phase: 0 | 1 | 2) => number): Meter['houseA'] => ({
  phase1: round(of(0)),
  phase2: round(of(1)),
  phase3: round(of(2)),
});

const round = (ampere: number): number => Math.round(ampere * 100) / 100;

const localHour = (time: number): number => ((((time + OFFSET) % DAY) + DAY) % DAY) / HOUR;

function houseAt(seed: number, time: number): number {
  const hour = localHour(time);
  const from = HOUSE_W[Math.floor(hour)] ?? HOUSE_W[0];
  const to = HOUSE_W[Math.floor(hour + 1) % 24] ?? HOUSE_W[0];
  const base = from + (to - from) * (hour % 1);
  // A kettle or a stove is on for a few minutes, mostly by day.
  const kettleOn = hashed(seed + STREAM.kettle, Math.floor(time / (4 * MINUTE))) < base / 12_000;
  return base * (0.8 + 0.4 * smoothNoise(seed + STREAM.house, time, 5 * MINUTE)) + (kettleOn ? 1800 : 0);
}

function sunAt(seed: number, time: number): number {
  const day = (localHour(time) - SUNRISE) / (SUNSET - SUNRISE);
  if (day <= 0 || day >= 1) return 0;
  const clear = Math.sin(Math.PI * day) ** 1.3;
  const overcast = 0.35 + 0.65 * hashed(seed + STREAM.clouds, Math.floor((time + OFFSET) / DAY));
  const clouds = 0.3 + 0.7 * smoothNoise(seed + STREAM.clouds, time, 8 * MINUTE);
  return SUN_PEAK_W * clear * Math.min(1, overcast + 0.2) * clouds;
}

/** The parts of the house load on the three phases; their sum is one. */
function split(seed: number, time: number): [number, number, number] {
  const first = 0.35 + 0.2 * smoothNoise(seed + STREAM.split, time, 20 * MINUTE);
  const second = (1 - first) * 0.6;
  return [first, second, 1 - first - second];
}

/** 0 to 1, smooth over time. */
function smoothNoise(seed: number, time: number, period: number): number {
  const at = time / period;
  const index = Math.floor(at);
  const [from, to] = [hashed(seed, index), hashed(seed, index + 1)];
  return from + (to - from) * (at - index);
}
