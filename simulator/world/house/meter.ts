import type { WorldState } from '../state';
import { MINUTE } from '../../durations';
import type { Meter } from '../model';
import { hashed } from '../../prng';
import { NOMINAL_V } from '../physics/electric';
import { batteryPower } from './battery';
import { houseMoment } from './house-calendar';
import { localHour } from './local-day';
import { smoothNoise } from './noise';
import { seasonOf } from './season';
import { sunAt } from './sun';

/** W by local hour of the day, from midnight. */
const HOUSE_W = [
  320, 300, 290, 290, 300, 380, 750, 1100, 900, 650, 600, 700, 850, 700, 600, 650, 900, 1500, 1900, 1700, 1400, 1100,
  700, 450,
] as const;

const STREAM = { house: 1, kettle: 2, split: 3 };

/**
 * House, sun and grid at a time: a function of seed, season, date and time, apart from the chargers, the battery, and the
 * load and the sun that were set.
 */
export function readMeter(state: WorldState, time: number): Meter {
  const { seed, houses, load, battery } = state;
  const { season, at } = houseMoment(state, time);
  const baseW = houses * seasonOf(season).house * houseAt(seed, at);
  const houseW = baseW + (load[0] + load[1] + load[2]) * NOMINAL_V;
  const sunW = state.sunW ?? houses * sunAt(seed, season, at);
  const [first, second, third] = split(seed, at).map((part) => (baseW * part) / NOMINAL_V) as typeof load;
  const house = [first + load[0], second + load[1], third + load[2]] as const;
  const chargers: [number, number, number] = [0, 0, 0];
  let chargersW = 0;
  for (const { powerW, currents } of state.chargers.values()) {
    chargersW += powerW;
    if (powerW > 0) for (const phase of [0, 1, 2] as const) chargers[phase] += currents[phase];
  }
  const batteryW = battery ? batteryPower(battery, houseW + chargersW - sunW) : 0;
  // Inverters of houses feed in on three phases.
  const inverterA = (sunW + batteryW) / 3 / NOMINAL_V;
  const current = (phase: 0 | 1 | 2): number => house[phase] + chargers[phase] - inverterA;
  return {
    time: new Date(time).toISOString(),
    houseW: Math.round(houseW),
    sunW: Math.round(sunW),
    chargersW: Math.round(chargersW),
    ...(battery ? { batteryW: Math.round(batteryW), batteryPercent: Math.round(battery.percent * 10) / 10 } : {}),
    gridW: Math.round(houseW) + Math.round(chargersW) - Math.round(sunW) - Math.round(batteryW),
    currentA: phases(current),
    houseA: phases((phase) => house[phase]),
    powerW: phases((phase) => Math.round(current(phase) * NOMINAL_V)),
    voltageV: phases(() => NOMINAL_V),
  };
}

const phases = (of: (phase: 0 | 1 | 2) => number): Meter['houseA'] => ({
  phase1: round(of(0)),
  phase2: round(of(1)),
  phase3: round(of(2)),
});

const round = (value: number): number => Math.round(value * 100) / 100;

function houseAt(seed: number, time: number): number {
  const hour = localHour(time);
  const from = HOUSE_W[Math.floor(hour)] ?? HOUSE_W[0];
  const to = HOUSE_W[Math.floor(hour + 1) % 24] ?? HOUSE_W[0];
  const base = from + (to - from) * (hour % 1);
  // A kettle or a stove is on for a few minutes, mostly by day.
  const kettleOn = hashed(seed + STREAM.kettle, Math.floor(time / (4 * MINUTE))) < base / 12_000;
  return base * (0.8 + 0.4 * smoothNoise(seed + STREAM.house, time, 5 * MINUTE)) + (kettleOn ? 1800 : 0);
}

/** The parts of the house load on the three phases; their sum is one. */
function split(seed: number, time: number): [number, number, number] {
  const first = 0.35 + 0.2 * smoothNoise(seed + STREAM.split, time, 20 * MINUTE);
  const second = (1 - first) * 0.6;
  return [first, second, 1 - first - second];
}
