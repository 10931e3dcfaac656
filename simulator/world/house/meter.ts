import type { WorldState } from '../state';
import { MINUTE } from '../../durations';
import type { Meter, MeterPower } from '../model';
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

/** House, sun, chargers and battery at a time, W, before they are rounded. */
function exactPower(state: WorldState, { season, at }: ReturnType<typeof houseMoment>) {
  const { seed, houses, load, battery } = state;
  const baseW = houses * seasonOf(season).house * houseAt(seed, at);
  const houseW = baseW + (load[0] + load[1] + load[2]) * NOMINAL_V;
  const sunW = state.sunW ?? houses * sunAt(seed, season, at);
  let chargersW = 0;
  for (const { powerW } of state.chargers.values()) chargersW += powerW;
  const batteryW = battery ? batteryPower(battery, houseW + chargersW - sunW) : 0;
  return { baseW, houseW, sunW, chargersW, batteryW };
}

/** The power of house, sun, chargers and grid at a time, W: what `readMeter` gives, without the rest. */
export function readPower(state: WorldState, time: number): MeterPower {
  return roundedPower(exactPower(state, houseMoment(state, time)));
}

function roundedPower(exact: ReturnType<typeof exactPower>): MeterPower {
  const [houseW, sunW, chargersW] = [Math.round(exact.houseW), Math.round(exact.sunW), Math.round(exact.chargersW)];
  return { houseW, sunW, chargersW, gridW: houseW + chargersW - sunW - Math.round(exact.batteryW) };
}

/**
 * House, sun and grid at a time: a function of seed, season, date and time, apart from the chargers, the battery, and the
 * load and the sun that were set.
 */
export function readMeter(state: WorldState, time: number): Meter {
  const { seed, load, battery } = state;
  const moment = houseMoment(state, time);
  const exact = exactPower(state, moment);
  const [first, second, third] = split(seed, moment.at).map((part) => (exact.baseW * part) / NOMINAL_V) as typeof load;
  const house = [first + load[0], second + load[1], third + load[2]] as const;
  const chargers: [number, number, number] = [0, 0, 0];
  for (const { powerW, currents } of state.chargers.values()) {
    if (powerW > 0) for (const phase of [0, 1, 2] as const) chargers[phase] += currents[phase];
  }
  // Inverters of houses feed in on three phases.
  const inverterA = (exact.sunW + exact.batteryW) / 3 / NOMINAL_V;
  const current = (phase: 0 | 1 | 2): number => house[phase] + chargers[phase] - inverterA;
  const { houseW, sunW, chargersW, gridW } = roundedPower(exact);
  return {
    time: new Date(time).toISOString(),
    houseW,
    sunW,
    chargersW,
    ...(battery ? { batteryW: Math.round(exact.batteryW), batteryPercent: Math.round(battery.percent * 10) / 10 } : {}),
    gridW,
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
