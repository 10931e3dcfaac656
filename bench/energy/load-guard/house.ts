import { seeded } from '../../virtual-time';

export const DAY_S = 86_400;
/** Of the connection, A. */
export const FUSE_A = 25;

/** A car that charges all day: which phases it uses, and its highest current on each. */
interface BenchCar {
  phases: readonly number[];
  mostA: number;
}

/** A seeded day of a house and its cars. */
export interface HouseDay {
  /** A of the house on each phase in each second, without cars. */
  loadA: readonly [Float32Array, Float32Array, Float32Array];
  cars: readonly BenchCar[];
  /** The meter sends a value so often, s. */
  meterS: number;
}

export type HouseKind = 'three-phases' | 'one-phase' | 'busy-phase' | 'two-cars' | 'mixed';

/** The house alone, with its spikes, stays below this, A. */
const MOST_HOUSE_A = 24;

interface Appliance {
  /** Starts a day, at night and by day. */
  starts: { night: number; day: number };
  leastS: number;
  mostS: number;
  ampere: [number, number];
  phases: 1 | 3;
  /** Of a motor, for two seconds. */
  startA?: number;
}

/** guess: kettle, oven and stove, washing machine and dryer, heat pump, fridge, and what runs for some seconds. */
const APPLIANCES: readonly Appliance[] = [
  { starts: { night: 0, day: 10 }, leastS: 90, mostS: 260, ampere: [7, 9], phases: 1 },
  { starts: { night: 0, day: 5 }, leastS: 600, mostS: 2_400, ampere: [4, 10], phases: 1 },
  { starts: { night: 1, day: 3 }, leastS: 1_200, mostS: 4_000, ampere: [8, 10], phases: 1 },
  { starts: { night: 6, day: 10 }, leastS: 900, mostS: 2_400, ampere: [2, 5], phases: 3, startA: 12 },
  { starts: { night: 8, day: 24 }, leastS: 600, mostS: 1_500, ampere: [0.5, 1], phases: 1, startA: 6 },
  { starts: { night: 2, day: 60 }, leastS: 3, mostS: 18, ampere: [5, 14], phases: 1 },
];

/** Day number `index` of a seed; the same every time. */
export function houseDay(seed: number, index: number, kind: HouseKind): HouseDay {
  const random = seeded(seed * 7_919 + index * 104_729);
  const loads = [0, 1, 2].map(() => new Float32Array(DAY_S)) as [Float32Array, Float32Array, Float32Array];
  for (const load of loads) addBase(load, random);
  for (const appliance of APPLIANCES) addAppliance(loads, appliance, random);
  const busy = Math.floor(random() * 3);
  if (kind === 'busy-phase') addBusy(loads[busy] as Float32Array, random);
  for (const load of loads)
    for (let second = 0; second < DAY_S; second += 1) load[second] = Math.min(MOST_HOUSE_A, load[second] as number);
  const all = [0, 1, 2];
  // A charger takes a car on one phase on its first terminal: the phases of the house lie around it.
  const first = Math.floor(random() * 3);
  const turned = (phase: number): Float32Array => loads[(first + phase) % 3] as Float32Array;
  const one = [0];
  const cars: Record<HouseKind, BenchCar[]> = {
    'three-phases': [{ phases: all, mostA: random() < 0.5 ? 16 : 32 }],
    'one-phase': [{ phases: one, mostA: 32 }],
    'busy-phase': [{ phases: all, mostA: 16 }],
    'two-cars': [
      { phases: all, mostA: 16 },
      { phases: all, mostA: 16 },
    ],
    mixed: [
      { phases: all, mostA: 16 },
      { phases: one, mostA: 16 },
    ],
  };
  return {
    loadA: [turned(0), turned(1), turned(2)],
    cars: cars[kind],
    meterS: [1, 2, 5, 10][Math.floor(random() * 4)] as number,
  };
}

function addBase(load: Float32Array, random: () => number): void {
  let level = 0.5 + random();
  for (let second = 0; second < DAY_S; second += 1) {
    if (second % 300 === 0) level = Math.min(3, Math.max(0.2, level + (random() - 0.5) * 0.5));
    load[second] = level + (random() - 0.5) * 0.2;
  }
}

function addAppliance(loads: readonly Float32Array[], appliance: Appliance, random: () => number): void {
  const { starts, leastS, mostS, ampere, phases, startA = 0 } = appliance;
  const home = Math.floor(random() * 3);
  for (let hour = 0; hour < 24; hour += 1) {
    const perHour = hour < 6 ? starts.night / 6 : starts.day / 18;
    for (let rest = perHour; rest > 0; rest -= 1) {
      if (random() > rest) continue;
      const from = Math.floor((hour + random()) * 3_600);
      const to = Math.min(DAY_S, from + Math.floor(leastS + random() * (mostS - leastS)));
      const ampereNow = ampere[0] + random() * (ampere[1] - ampere[0]);
      for (const [phase, load] of loads.entries()) {
        if (phases === 1 && phase !== home) continue;
        for (let second = from; second < to; second += 1) {
          load[second] = (load[second] as number) + ampereNow + (second < from + 2 ? startA : 0);
        }
      }
    }
  }
}

/** An evening, or a whole day, in which one phase has little left. */
function addBusy(load: Float32Array, random: () => number): void {
  const from = Math.floor((6 + random() * 12) * 3_600);
  const to = Math.min(DAY_S, from + Math.floor((2 + random() * 6) * 3_600));
  const ampere = 10 + random() * 4;
  for (let second = from; second < to; second += 1) load[second] = (load[second] as number) + ampere;
}
